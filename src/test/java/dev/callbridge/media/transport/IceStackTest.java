package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ice4j.ResponseCollector;
import org.ice4j.StunException;
import org.ice4j.StunMessageEvent;
import org.ice4j.StunResponseEvent;
import org.ice4j.StunTimeoutEvent;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;
import org.ice4j.socket.IceSocketWrapper;
import org.ice4j.stack.RawMessage;
import org.ice4j.stack.TransactionID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IceStackTest {

    private static final TransportAddress HERE = new TransportAddress("127.0.0.1", 4000, Transport.UDP);
    private static final TransportAddress THERE = new TransportAddress("127.0.0.1", 5000, Transport.UDP);

    private final IceStack stack = new IceStack();
    private final DatagramSocket facade = facade();
    private final Wire wire = new Wire();
    private final BlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    private static DatagramSocket facade() {
        try {
            return new PortFacade(HERE);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void connect() {
        stack.addSocket(wire, null);
    }

    @AfterEach
    void close() {
        stack.removeSocket(HERE, null);
        stack.shutDown();
        wire.close();
        facade.close();
    }

    @Test
    void anAnswerThatIsThereBeforeTheTimerStartsIsTheOnlyOutcome() throws Exception {
        wire.answers = true;
        ask("answered at once", 10);
        wire.answers = false;
        ask("never answered", 100);

        assertThat(next()).isEqualTo("answered at once: response");
        assertThat(next()).isEqualTo("never answered: timeout");
    }

    /// @param wait before it is sent again, and then before it is given up, in ms
    private void ask(String name, int wait) throws IOException {
        var collector = new ResponseCollector() {
            @Override
            public void processResponse(StunResponseEvent response) {
                outcomes.add(name + ": response");
            }

            @Override
            public void processTimeout(StunTimeoutEvent timeout) {
                outcomes.add(name + ": timeout");
            }
        };
        var transaction = TransactionID.createNewTransactionID();
        stack.sendRequest(MessageFactory.createBindingRequest(), THERE, HERE, collector, transaction, wait, wait, 1);
    }

    private String next() throws InterruptedException {
        String outcome = outcomes.poll(20, TimeUnit.SECONDS);
        return outcome == null ? "nothing" : outcome;
    }

    /// Answers while it sends: no real network is as fast.
    private final class Wire extends IceSocketWrapper {

        private final CountDownLatch closed = new CountDownLatch(1);
        private boolean answers;

        @Override
        public void send(DatagramPacket packet) throws IOException {
            if (!answers) {
                return;
            }
            try {
                byte[] asked = packet.getData();
                Message request = Message.decode(asked, (char) packet.getOffset(), (char) packet.getLength());
                var response = MessageFactory.createBindingResponse((Request) request, HERE);
                response.setTransactionID(request.getTransactionID());
                byte[] bytes = response.encode(stack);
                RawMessage raw = RawMessage.build(bytes, bytes.length, THERE, HERE);
                stack.handleMessageEvent(new StunMessageEvent(stack, raw, response));
            } catch (StunException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void receive(DatagramPacket packet) throws IOException {
            try {
                closed.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            throw new SocketException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }

        @Override
        public InetAddress getLocalAddress() {
            return HERE.getAddress();
        }

        @Override
        public int getLocalPort() {
            return HERE.getPort();
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return HERE;
        }

        @Override
        public @Nullable Socket getTCPSocket() {
            return null;
        }

        @Override
        public DatagramSocket getUDPSocket() {
            return facade;
        }
    }
}
