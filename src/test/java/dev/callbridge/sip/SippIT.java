package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls with SIPp, the SIP test tool, in both directions. SIPp has to be installed.
@Timeout(120)
class SippIT {

    @TempDir
    Path directory;

    final Rig rig = new Rig();
    final List<Process> processes = new ArrayList<>();

    @AfterEach
    void close() {
        processes.forEach(Process::destroyForcibly);
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"u1", "t1"})
    void aCallerTalksUntilTheUserHangsUp(String transport) throws Exception {
        rig.trunk("carrier", "127.0.0.2").start();
        Process sipp = calls("uac_wait_bye", transport);
        var alice = takes();
        assertThat(rig.journal.dialogs.poll(10, TimeUnit.SECONDS)).contains("\"routes\":[\"<sip:127.0.0.2:");
        alice.hangsUp();

        expectSuccess(sipp);
    }

    @Test
    void aCallerHangsUp() throws Exception {
        rig.trunk("carrier", "127.0.0.2").start();
        Process sipp = calls("uac_late_bye", "u1");
        takes().expect(LegCommand.End.class);

        expectSuccess(sipp);
        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uac_hold", "uac_offerless", "uac_timer"})
    void aCallerChangesTheCall(String scenario) throws Exception {
        rig.trunk("carrier", "127.0.0.2").start();
        Process sipp = calls(scenario, "u1");
        takes().expect(LegCommand.End.class);

        expectSuccess(sipp);
    }

    @Test
    void aCallerInsistsOnReliableResponses() throws Exception {
        rig.trunk("carrier", "127.0.0.2").start();
        Process sipp = calls("uac_100rel", "u1");
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        // The 180 is repeated until its PRACK.
        await().pollDelay(java.time.Duration.ofSeconds(2)).until(() -> true);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        alice.expect(LegCommand.End.class);

        expectSuccess(sipp);
    }

    @Test
    void aTelephoneIsOfferedSomethingNew() throws Exception {
        int port = freePort();
        rig.trunk("carrier", "127.0.0.2:" + port).start();
        Process sipp = listens("uas_reinvite", "u1", port);
        awaitListening(port, "u1");
        var alice = rig.dials(new PhoneNumber(Rig.PHONE));
        alice.expect(LegCommand.Answer.class);
        rig.outdated("callee");
        rig.expect(MediaCommand.Conclude.class);
        alice.hangsUp();

        expectSuccess(sipp);
    }

    @Test
    void aCallerGivesUpWhileItRings() throws Exception {
        rig.trunk("carrier", "127.0.0.2").start();
        Process sipp = calls("uac_cancel", "u1", "-d", "500");
        rig.expectCalled().expect(LegCommand.End.class);

        expectSuccess(sipp);
        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.CANCELED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"u1", "t1"})
    void aTelephoneTakesACallAndWantsALogin(String transport) throws Exception {
        int port = freePort();
        String peer = "sip:127.0.0.2:" + port + ";transport=" + (transport.equals("u1") ? "udp" : "tcp");
        rig.trunk("carrier", peer, "login.user=alice", "login.password=secret").start();
        Process sipp = listens("uas_auth", transport, port);
        awaitListening(port, transport);
        var alice = rig.dials(new PhoneNumber(Rig.PHONE));
        alice.expect(LegCommand.Ring.class);
        alice.expect(LegCommand.Answer.class);
        alice.hangsUp();

        expectSuccess(sipp);
    }

    private Person takes() {
        var alice = rig.expectCalled();
        alice.expect(LegCommand.Dial.class);
        alice.says(new LegEvent.Answered(Rig.sdp(6_000)));
        return alice;
    }

    /// A port on which nobody listens now.
    private static int freePort() {
        try (var phone = new Softphone("127.0.0.2")) {
            return phone.port();
        }
    }

    /// SIPp takes a moment to listen.
    private static void awaitListening(int port, String transport) {
        await().until(() -> !canBind(port, transport));
    }

    private static boolean canBind(int port, String transport) throws IOException {
        var address = java.net.InetAddress.getByName("127.0.0.2");
        if (transport.equals("t1")) {
            try (var _ = new java.net.ServerSocket(port, 1, address)) {
                return true;
            } catch (java.net.BindException e) {
                return false;
            }
        }
        try (var _ = new java.net.DatagramSocket(port, address)) {
            return true;
        } catch (java.net.BindException e) {
            return false;
        }
    }

    private Process calls(String scenario, String transport, String... more) throws Exception {
        String bridge = "127.0.0.1:" + rig.address().getPort();
        List<String> options = new ArrayList<>(List.of("-s", Rig.ALICES_NUMBER, "-t", transport, bridge));
        options.addAll(List.of(more));
        return sipp(scenario, freePort(), options);
    }

    private Process listens(String scenario, String transport, int port) throws Exception {
        return sipp(scenario, port, List.of("-t", transport));
    }

    private Process sipp(String scenario, int port, List<String> options) throws Exception {
        Path file = directory.resolve(scenario + ".xml");
        try (var in = SippIT.class.getResourceAsStream("/sipp/" + scenario + ".xml")) {
            Files.write(file, java.util.Objects.requireNonNull(in).readAllBytes());
        }
        List<String> command = new ArrayList<>(List.of("sipp", "-sf", file.toString(), "-i", "127.0.0.2"));
        command.addAll(List.of("-p", Integer.toString(port), "-m", "1", "-nostdin", "-timeout", "40s"));
        command.addAll(List.of(
                "-timeout_error",
                "-trace_err",
                "-error_file",
                directory.resolve("errors").toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        processes.add(process);
        return process;
    }

    private void expectSuccess(Process sipp) throws Exception {
        assertThat(sipp.waitFor(50, TimeUnit.SECONDS)).as("SIPp ended").isTrue();
        Path errors = directory.resolve("errors");
        assertThat(sipp.exitValue())
                .as(() -> {
                    try {
                        return Files.exists(errors) ? Files.readString(errors) : "no errors written";
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
    }
}
