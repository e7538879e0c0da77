package dev.callbridge.matrix;

import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallRequest;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Placement;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.testkit.PigeonLeg.Perch;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// The other side of every call: telephones without a network, which note what their calls ask of them.
final class FakePhones implements Placement {

    /// One telephone in one call.
    static final class Phone {

        final Party caller;
        final Party callee;
        final List<LegCommand> asked = new CopyOnWriteArrayList<>();
        private final Perch perch = new Perch(new MediaProfile.WebRtc(), asked::add);

        private Phone(Party caller, Party callee) {
            this.caller = caller;
            this.callee = callee;
        }

        void says(LegEvent event) {
            perch.says(event);
        }

        void answers() {
            says(new LegEvent.Answered(new Sdp("v=0 phone")));
        }

        void ends(HangupCause cause) {
            says(new LegEvent.Ended(CallEnd.of(cause)));
        }

        <C extends LegCommand> C expect(Class<C> command) {
            return await().atMost(Duration.ofSeconds(8))
                    .until(
                            () -> asked.stream()
                                    .filter(command::isInstance)
                                    .map(command::cast)
                                    .findFirst()
                                    .orElse(null),
                            Objects::nonNull);
        }

        CallEnd expectEnd() {
            return expect(LegCommand.End.class).end();
        }
    }

    private final List<Phone> placed = new CopyOnWriteArrayList<>();

    @Override
    public boolean reaches(Party callee) {
        return !(callee instanceof MatrixUser);
    }

    @Override
    public Placed place(Party caller, Party callee) {
        var phone = new Phone(caller, callee);
        placed.add(phone);
        return new Placed.On(phone.perch, Duration.ofSeconds(50));
    }

    /// Waits until `caller` has dialled this number.
    Phone expectDialled(String caller, Party number) {
        Phone phone = await().atMost(Duration.ofSeconds(8))
                .until(
                        () -> placed.stream()
                                .filter(any -> any.callee.equals(number))
                                .filter(any -> any.caller.equals(new MatrixUser(caller)))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
        LegCommand.Dial _ = phone.expect(LegCommand.Dial.class);
        return phone;
    }

    long dialled(Party number) {
        return placed.stream()
                .filter(phone -> phone.callee.equals(number))
                .filter(phone -> phone.asked.stream().anyMatch(LegCommand.Dial.class::isInstance))
                .count();
    }

    Phone lastDialled(Party number) {
        return placed.stream()
                .filter(phone -> phone.callee.equals(number))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    /// A telephone calls a Matrix user.
    Phone calls(CallRegistry registry, Party number, String user) {
        var callee = new MatrixUser(user);
        var phone = new Phone(number, callee);
        var request = new CallRequest(number, callee, AnswerPolicy.WHEN_MEDIA_FLOWS, Duration.ofSeconds(50));
        registry.open(request, phone.perch)
                .deliver(new LegEvent.Offered(Parties.of(number, callee), new Sdp("v=0 phone offers")));
        return phone;
    }
}
