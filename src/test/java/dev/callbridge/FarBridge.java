package dev.callbridge;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.Outpost;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The whole bridge as an [Outpost], with its homeserver and a trunk beside it: `FarBridge ADDRESS [TRUNK]`. One user
/// calls one telephone, or is called from another trunk far away, whose messages come from the address `TRUNK`.
final class FarBridge implements Outpost.Duty {

    private static final String KEYS = "0123456789*#";

    private final Bench bench;
    private final FakeUser alice;
    private final Bench.Line bob;
    private final RtpPhone phone = Bench.rtp(AudioCodec.PCMA);
    private @Nullable FakeCall call;
    private @Nullable SoftphoneCall telephone;

    private FarBridge(String address, Optional<String> trunk) {
        bench = new Bench(Path.of("").toAbsolutePath(), new TestDatabase(), bridge -> {
            bridge.with("callbridge.media.listen", address);
            trunk.ifPresent(source -> bridge.with(
                            "callbridge.sip.listen",
                            "127.0.0.1:" + bridge.sipPort() + "," + address + ":" + bridge.sipPort())
                    .with("callbridge.trunks.far.peer", source)
                    .with("callbridge.trunks.far.sources", source)
                    .with("callbridge.trunks.far.probe", "0s"));
        });
        alice = bench.newUser();
        bob = bench.newLine();
    }

    static void main(String[] arguments) throws IOException {
        var bridge =
                new FarBridge(arguments[0], Arrays.stream(arguments).skip(1).findFirst());
        Outpost.serve(bridge);
        bridge.bench.close();
        System.exit(0);
    }

    @Override
    public String say(String command, String with) {
        return switch (command) {
            case "call" -> call(with);
            case "expect" -> {
                String _ = bench.knows(bob.user(), with);
                yield bob.number() + " " + bench.bridge.sipPort();
            }
            case "rings" -> rings();
            case "answer" -> {
                requireNonNull(call).answers(with);
                yield "";
            }
            case "hang-up" -> {
                requireNonNull(call).hangsUp();
                yield "";
            }
            case "verdict" -> {
                Bench.Verdict verdict = bench.verdict(bob.user());
                yield verdict.reason() + " by " + verdict.endedBy();
            }
            case "hears" -> {
                phone.forget();
                await().atMost(Bench.PATIENCE).until(() -> phone.hears(Bench.BROWSER));
                yield "heard";
            }
            case "press" -> {
                with.chars().forEach(key -> phone.press(KEYS.indexOf(key)));
                yield "";
            }
            case "keys" ->
                phone.keys().stream()
                        .map(key -> KEYS.substring(Integer.parseInt(key), Integer.parseInt(key) + 1))
                        .collect(Collectors.joining());
            case "record" -> record();
            default -> throw new IllegalArgumentException(command);
        };
    }

    /// @return the answer to her browser's offer
    private String call(String offer) {
        String number = Bench.newNumber();
        call = bench.calls(alice, number, offer);
        SoftphoneCall ringing = bench.trunk.expectInvite(number);
        phone.talkTo(ringing.invite().body());
        ringing.answer(phone.description());
        ringing.expectAck();
        telephone = ringing;
        return Bench.sdp(call.expectAnswer(), "answer");
    }

    /// @return the offer of the one who calls the other user
    private String rings() {
        FakeCall ringing = bob.user().expectCall();
        call = ringing;
        return Bench.sdp(ringing.expectInvite(), "offer");
    }

    /// Hangs up.
    ///
    /// @return what was written down of her leg
    private String record() {
        requireNonNull(call).hangsUp();
        var _ = requireNonNull(telephone).expectBye();
        var _ = bench.verdict(alice);
        return await().atMost(Bench.PATIENCE)
                .until(
                        () -> bench.bridge
                                .database()
                                .jdbc()
                                .sql("""
                                        select quality::text from legs join calls using (call_key)
                                        where caller = ? and role = 'caller' and quality is not null""")
                                .param(alice.id())
                                .query(String.class)
                                .optional(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
