package dev.callbridge.testkit;

import static java.util.Objects.requireNonNull;

import dev.callbridge.sdp.AudioCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A telephone as an [Outpost], which calls and knows of no router: `FarTelephone ADDRESS TRANSPORT VOICE OTHER`, with
/// the tone that it sends and the one that it waits for, in Hz.
public final class FarTelephone implements Outpost.Duty {

    /// Its own.
    public static final String NUMBER = "+493012349999";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String KEYS = "0123456789*#";

    private final Softphone phone;
    private final Softphone.Via transport;
    private final RtpPhone sound;
    private final Tone other;
    private @Nullable SoftphoneCall call;

    private FarTelephone(String address, Softphone.Via transport, Tone voice, Tone other) {
        phone = new Softphone(address);
        this.transport = transport;
        sound = new RtpPhone(InetAddress.ofLiteral(address), voice, AudioCodec.PCMA);
        this.other = other;
    }

    static void main(String[] arguments) throws IOException {
        Outpost.serve(new FarTelephone(
                arguments[0],
                Softphone.Via.valueOf(arguments[1]),
                new Tone(Integer.parseInt(arguments[2])),
                new Tone(Integer.parseInt(arguments[3]))));
        System.exit(0);
    }

    @Override
    public String say(String command, String with) {
        return switch (command) {
            case "dial" -> dial(with.split(" ", 3));
            case "talk" -> talk();
            case "hears" -> {
                sound.forget();
                Awaitility.await().atMost(PATIENCE).until(() -> sound.hears(other));
                yield "heard";
            }
            case "press" -> {
                with.chars().forEach(key -> sound.press(KEYS.indexOf(key)));
                yield "";
            }
            case "keys" ->
                sound.keys().stream()
                        .map(key -> KEYS.substring(Integer.parseInt(key), Integer.parseInt(key) + 1))
                        .collect(Collectors.joining());
            case "hang-up" -> {
                requireNonNull(call).hangUp();
                yield requireNonNull(call).expectStatus(200).startLine();
            }
            case "hung-up" -> requireNonNull(call).expectBye().header("Reason");
            default -> throw new IllegalArgumentException(command);
        };
    }

    /// @param where the bridge's address and port, and the number
    /// @return where the bridge saw it ring from: address and port
    private String dial(String... where) {
        var bridge = new InetSocketAddress(InetAddress.ofLiteral(where[0]), Integer.parseInt(where[1]));
        String from = "<sip:" + NUMBER + "@" + phone.host() + ">";
        SoftphoneCall dialled = phone.call(from, where[2], bridge, transport, sound.description());
        call = dialled;
        String via = dialled.expectStatus(180).header("Via");
        return SipMessage.parameter(via, "received") + " " + SipMessage.parameter(via, "rport") + " " + phone.port();
    }

    /// Somebody has answered.
    ///
    /// @return where the sound is to go
    private String talk() {
        SoftphoneCall answered = requireNonNull(call);
        String theirs = answered.expectStatus(200).body();
        sound.talkTo(theirs);
        answered.ack();
        return theirs;
    }
}
