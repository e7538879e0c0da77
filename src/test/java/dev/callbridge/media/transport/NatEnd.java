package dev.callbridge.media.transport;

import dev.callbridge.sdp.Direction;
import dev.callbridge.testkit.Outpost;
import dev.callbridge.testkit.Tone;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// Our endpoint towards a browser as an [Outpost], and somebody beside us who talks with it: `NatEnd ADDRESS
/// [OUTSIDE]`.
final class NatEnd {

    static final Tone BROWSER = new Tone(1000);
    static final Tone OTHER = new Tone(450);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private NatEnd() {}

    static void main(String[] arguments) throws IOException {
        Outpost.serve(bridge(
                InetAddress.ofLiteral(arguments[0]),
                arguments.length > 1 ? InetAddress.ofLiteral(arguments[1]) : null));
        System.exit(0);
    }

    private static Outpost.Duty bridge(InetAddress address, @Nullable InetAddress outside) throws IOException {
        var identities = new DtlsIdentities(InstantSource.system());
        WarmUp.run(identities);
        var home = new WebRtcShard(0);
        home.listen(address, 0, outside);
        home.listen(BrowserLine.LOOPBACK, 0, null);
        var near = new BrowserLine(home, identities, false, OTHER);
        String _ = near.browserOffers();
        near.isReady();
        return new Outpost.Duty() {
            private @Nullable BrowserLine far;

            @Override
            public String say(String command, String with) {
                return switch (command) {
                    case "offer" -> {
                        far = new BrowserLine(home, identities, true, BROWSER);
                        yield far.endpoint
                                .offer(BrowserLine.formats(), Direction.SENDRECV)
                                .text();
                    }
                    case "answered" -> {
                        far().endpoint.meet(BrowserLine.read(with), true);
                        talk();
                        yield "";
                    }
                    case "answer" -> {
                        boolean first = far == null;
                        if (first) {
                            far = new BrowserLine(home, identities, false, BROWSER);
                        }
                        far().endpoint.meet(BrowserLine.read(with), false);
                        String answer = far().endpoint
                                .answer(BrowserLine.read(with), BrowserLine.formats(), Direction.SENDRECV)
                                .text();
                        if (first) {
                            talk();
                        }
                        yield answer;
                    }
                    case "hears" -> {
                        near.browser.sound().forget();
                        Awaitility.await().atMost(PATIENCE).until(() -> near.browser.hears(BROWSER));
                        yield "heard";
                    }
                    default -> throw new IllegalArgumentException(command);
                };
            }

            private BrowserLine far() {
                return java.util.Objects.requireNonNull(far);
            }

            private void talk() {
                far().talkTo(near);
                near.talkTo(far());
            }
        };
    }
}
