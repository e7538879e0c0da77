package dev.callbridge.sip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.testkit.Certificates;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.Softphone.Via;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls to SIPS URIs of ours.
@Timeout(60)
class SecureCallTest {

    @TempDir
    Path directory;

    final Softphone phone = new Softphone("127.0.0.2");
    final Rig rig = new Rig();

    @BeforeEach
    void listen() {
        new Certificates().write(directory, "callbridge.test", "ip:127.0.0.1");
        rig.set("sip.tls.certificate", directory.resolve("cert.pem").toString());
        rig.set("sip.tls.key", directory.resolve("key.pem").toString());
        rig.set("sip.tls.port", 0);
        rig.trunk("carrier", phone.hostPort()).start();
    }

    @AfterEach
    void close() {
        rig.close();
        phone.close();
    }

    /// RFC 3261 §12.1.1.
    @ParameterizedTest
    @CsvSource({"sips, sips, sips", "sip, sips, sips", "sip, sip, sip"})
    void answersByTlsWithAContactAsSecureAsTheCall(String asked, String contact, String ours) throws Exception {
        try (Socket socket = connect()) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(invite(asked, contact).getBytes(UTF_8));
            Person alice = rig.expectCalled();
            alice.expect(LegCommand.Dial.class);
            alice.says(new LegEvent.Answered(Rig.sdp(6_000)));

            var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

            assertThat(answer(lines))
                    .filteredOn(line -> line.startsWith("Contact: "))
                    .singleElement()
                    .asString()
                    .startsWith("Contact: <" + ours + ":callbridge@127.0.0.1:"
                            + rig.endpoint().points().getFirst().tlsPort());
        }
    }

    @ParameterizedTest
    @EnumSource(Via.class)
    void refusesASecureAddressThatIsCalledInTheOpen(Via via) {
        String text = HostileTest.request("INVITE", phone.hostPort(), via.name(), "");

        phone.send(text.replace("INVITE sip:", "INVITE sips:"), rig.address(), via);

        await().until(() ->
                phone.messages().stream().anyMatch(each -> each.startLine().startsWith("SIP/2.0 416")));
    }

    private Socket connect() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var file = Files.newInputStream(directory.resolve("ca.pem"))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SipStackHost.Point point = rig.endpoint().points().getFirst();
        return context.getSocketFactory()
                .createSocket(point.address(), point.tlsPort(), InetAddress.getByName(phone.host()), 0);
    }

    private String invite(String asked, String contact) {
        String body = phone.sdp(4_000);
        return "INVITE " + asked + ":" + Rig.ALICES_NUMBER + "@127.0.0.1 SIP/2.0\r\n"
                + "Via: SIP/2.0/TLS 127.0.0.2:5061;rport;branch=z9hG4bKsecure1\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: <sip:+4930123456@carrier.example>;tag=a\r\n"
                + "To: <" + asked + ":" + Rig.ALICES_NUMBER + "@127.0.0.1>\r\n"
                + "Call-ID: secure-1\r\n"
                + "CSeq: 1 INVITE\r\n"
                + "Contact: <" + contact + ":phone@127.0.0.2:5061>\r\n"
                + "Content-Type: application/sdp\r\n"
                + "Content-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body;
    }

    /// The lines of the 200.
    private static List<String> answer(BufferedReader lines) throws Exception {
        String line = lines.readLine();
        while (!line.startsWith("SIP/2.0 200")) {
            line = lines.readLine();
        }
        List<String> header = new ArrayList<>();
        while (!line.isEmpty()) {
            header.add(line);
            line = lines.readLine();
        }
        return header;
    }
}
