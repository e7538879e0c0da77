package dev.callbridge.media.transport;

import dev.callbridge.sdp.Direction;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// One end of a call in a network of its own: a program that takes a command a line, and answers with one. What comes
/// with it is written in Base64.
///
/// `client ADDRESS` is a browser; `bridge ADDRESS [OUTSIDE]` is our endpoint towards it, and somebody beside us who
/// talks
/// with it.
final class NatEnd {

    static final Tone BROWSER = new Tone(1000);
    static final Tone OTHER = new Tone(450);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /// Answers one command.
    private interface End {
        String say(String command, String with) throws IOException;
    }

    private NatEnd() {}

    static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.ofLiteral(arguments[1]);
        End end = arguments[0].equals("client")
                ? client(address)
                : bridge(address, arguments.length > 2 ? InetAddress.ofLiteral(arguments[2]) : null);
        System.out.println("ready");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            String with = new String(Base64.getDecoder().decode(words[1]), StandardCharsets.UTF_8);
            String answer;
            try {
                answer = end.say(words[0], with);
            } catch (RuntimeException e) {
                answer = "failed: " + e;
            }
            System.out.println("> " + Base64.getEncoder().encodeToString(answer.getBytes(StandardCharsets.UTF_8)));
        }
        System.exit(0);
    }

    private static End client(InetAddress address) {
        var browser = new WebRtcPeer(BROWSER, List.of(address));
        return (command, with) -> switch (command) {
            case "offer" -> browser.offer();
            case "answer" -> browser.answer(with);
            case "answered" -> {
                browser.answered(with);
                yield "";
            }
            case "move" -> {
                browser.moveTo(InetAddress.ofLiteral(with));
                yield "";
            }
            case "hears" -> {
                browser.sound().forget();
                yield heard(browser, OTHER);
            }
            default -> throw new IllegalArgumentException(command);
        };
    }

    private static End bridge(InetAddress address, @Nullable InetAddress outside) throws IOException {
        var identities = new DtlsIdentities(InstantSource.system());
        WarmUp.run(identities);
        var home = new WebRtcShard(0);
        home.listen(address, 0, outside);
        home.listen(BrowserLine.LOOPBACK, 0, null);
        var near = new BrowserLine(home, identities, false, OTHER);
        String _ = near.browserOffers();
        near.isReady();
        return new End() {
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
                        yield heard(near.browser, BROWSER);
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

    private static String heard(WebRtcPeer browser, Tone other) {
        Awaitility.await().atMost(PATIENCE).until(() -> browser.hears(other));
        return "heard";
    }
}
