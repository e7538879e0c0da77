package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One platform thread and all sockets of the calls that belong to it, for life. Whatever is done with a packet is done
/// here: nothing is locked, and nothing of ours is allocated per packet.
///
/// Other threads hand in work by [#execute]. Who has something to do every 20 ms joins the beat; while nobody has, the
/// thread sleeps until a packet comes.
public final class Shard implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Shard.class);

    /// So that one busy socket doesn't starve the others.
    private static final int PACKETS_AT_ONCE = 32;

    /// In milliseconds; a task or a packet ends it.
    private static final long FOR_EVER = 3_600_000;

    /// A socket of this shard. Called on the shard's thread.
    interface Receiver {

        /// @param packet begins at [RtpPacket#START]; not looked at yet
        void received(RtpPacket packet, InetSocketAddress from);
    }

    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final RtpPacket packet = new RtpPacket();
    private final ByteBuffer buffer = ByteBuffer.wrap(packet.bytes());
    /// Made once, not at every wake-up.
    private final Consumer<SelectionKey> ready = this::ready;
    private final Beats beats = new Beats();
    /// Of the shard's thread.
    private final List<Beat> members = new ArrayList<>();
    private final Thread thread;

    /// @param number from 0, for the thread's name
    public Shard(int number) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = Thread.ofPlatform().name("rtp-" + number).daemon().start(this::run);
    }

    /// Has the shard's thread do something, between packets.
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /// From now on until it leaves, `member` is told every 20 ms.
    public void join(Beat member) {
        execute(() -> {
            if (members.isEmpty()) {
                beats.start(System.nanoTime());
            }
            members.add(member);
        });
    }

    public void leave(Beat member) {
        execute(() -> members.remove(member));
    }

    /// Like [#execute], with a packet to write something into and send it.
    public void useScratch(Beat task) {
        execute(() -> task.tick(packet, System.nanoTime()));
    }

    /// Ends the thread; sockets that are still open are closed.
    public void stop() {
        execute(() -> {
            try {
                selector.keys().forEach(key -> close((DatagramChannel) key.channel()));
                selector.close();
            } catch (IOException e) {
                log.warn("could not close the selector of {}", thread.getName(), e);
            }
        });
    }

    /// @param channel bound
    void register(DatagramChannel channel, Receiver receiver) {
        execute(() -> {
            try {
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, receiver);
            } catch (IOException e) {
                log.debug("socket closed before it was used", e);
            }
        });
    }

    void unregister(DatagramChannel channel) {
        execute(() -> close(channel));
    }

    /// Sends the packet that is being handled; on the shard's thread. UDP may lose it, and so may we.
    void send(DatagramChannel channel, RtpPacket outgoing, InetSocketAddress to) {
        buffer.limit(outgoing.offset() + outgoing.length()).position(outgoing.offset());
        try {
            channel.send(buffer, to);
        } catch (IOException | IllegalArgumentException e) {
            log.trace("packet not sent", e);
        }
    }

    private static void close(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("socket could not be closed", e);
        }
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                select();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                beat();
            } catch (ClosedSelectorException _) {
                return;
            } catch (IOException | RuntimeException bug) {
                log.error("a packet or a task was dropped", bug);
            }
        }
    }

    private void select() throws IOException {
        long idle = members.isEmpty() ? FOR_EVER : beats.idle(System.nanoTime());
        if (idle == 0) {
            selector.selectNow(ready);
        } else {
            selector.select(ready, idle);
        }
    }

    private void beat() {
        while (!members.isEmpty() && beats.next(System.nanoTime())) {
            for (int i = members.size() - 1; i >= 0; i--) {
                beat(members.get(i));
            }
        }
    }

    /// One that fails keeps nobody else from its turn, and has no further one.
    private void beat(Beat member) {
        try {
            member.tick(packet, beats.current());
        } catch (RuntimeException bug) {
            log.error("a beat was broken off", bug);
            members.remove(member);
        }
    }

    private void ready(SelectionKey key) {
        var channel = (DatagramChannel) key.channel();
        var receiver = (Receiver) key.attachment();
        try {
            for (int i = 0; i < PACKETS_AT_ONCE; i++) {
                buffer.limit(RtpPacket.START + RtpPacket.LONGEST).position(RtpPacket.START);
                var from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) {
                    return;
                }
                packet.received(buffer.position() - RtpPacket.START, System.nanoTime());
                receiver.received(packet, from);
            }
        } catch (IOException e) {
            log.debug("nothing received", e);
        }
    }
}
