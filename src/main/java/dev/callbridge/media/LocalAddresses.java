package dev.callbridge.media;

import dev.callbridge.bridge.Addresses;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// Finds out which addresses of this machine a browser may be told.
final class LocalAddresses {

    private LocalAddresses() {}

    /// @param listen as configured: an address stands for itself, an unspecified one for all of its family that others
    /// can reach; a machine without any such address is alone, and has the loopback one
    static SequencedSet<InetAddress> of(List<InetAddress> listen) {
        SequencedSet<InetAddress> found = new LinkedHashSet<>();
        for (InetAddress address : listen) {
            if (address.isAnyLocalAddress()) {
                found.addAll(all(sameFamily(address).and(LocalAddresses::isReachable)));
            } else {
                found.add(address);
            }
        }
        if (found.isEmpty()) {
            listen.forEach(address -> found.addAll(all(sameFamily(address).and(InetAddress::isLoopbackAddress))));
        }
        return found;
    }

    private static boolean isReachable(InetAddress address) {
        return !address.isLoopbackAddress() && !address.isLinkLocalAddress() && !address.isMulticastAddress();
    }

    private static Predicate<InetAddress> sameFamily(InetAddress as) {
        return address -> Addresses.areOfOneVersion(address, as);
    }

    private static List<InetAddress> all(Predicate<InetAddress> wanted) {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(LocalAddresses::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(wanted)
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException _) {
            return false;
        }
    }
}
