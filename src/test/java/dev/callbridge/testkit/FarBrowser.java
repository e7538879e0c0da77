package dev.callbridge.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/// A browser as an [Outpost]: `FarBrowser ADDRESS VOICE OTHER`, with the tone that it sends and the one that it waits
/// for, in Hz.
public final class FarBrowser {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private FarBrowser() {}

    static void main(String[] arguments) throws IOException {
        InetAddress address = InetAddress.ofLiteral(arguments[0]);
        var browser = new WebRtcPeer(new Tone(Integer.parseInt(arguments[1])), List.of(address)).reporting();
        var other = new Tone(Integer.parseInt(arguments[2]));
        Outpost.serve((command, with) -> switch (command) {
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
                Awaitility.await().atMost(PATIENCE).until(() -> browser.hears(other));
                yield "heard";
            }
            case "press" -> {
                browser.press(with);
                yield "";
            }
            case "keys" -> String.join("", browser.sound().keys());
            case "reports" -> String.valueOf(browser.sound().reports().size());
            default -> throw new IllegalArgumentException(command);
        });
        System.exit(0);
    }
}
