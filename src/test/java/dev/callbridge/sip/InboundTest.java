package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.RequestEventExt;
import gov.nist.javax.sip.message.SIPRequest;
import java.lang.reflect.Proxy;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboundTest {

    /// A peer may close its connection right behind its INVITE.
    @Test
    void keepsNoChannelForACallThatCouldNotEvenBeAnswered() throws Exception {
        try (var rig =
                new Rig().trunk("carrier", "127.0.0.2:5999", "max-calls=1").start()) {
            var inbound = new Inbound(rig.trunks(), rig.plan(), rig.rights(), rig::registry, rig.journal, rig.host());
            String text = HostileTest.request("INVITE", "127.0.0.2:5999", "TCP", "Content-Type: application/sdp\r\n");
            var request = (SIPRequest) Jain.MESSAGES.createRequest(text.replace("Content-Length: 0\r\n", ""));
            request.setMessageContent("v=0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            var provider = rig.endpoint().points().getFirst().provider();
            var transaction = (ServerTransaction) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {ServerTransaction.class}, (_, method, _) -> {
                        if (method.getName().equals("sendResponse")) {
                            throw new SipException("closed");
                        }
                        return null;
                    });
            var event = new RequestEventExt(provider, transaction, null, request);
            event.setRemoteIpAddress("127.0.0.2");
            event.setRemotePort(5999);

            inbound.request(event);

            assertThat(rig.trunk("carrier").isFull()).isFalse();
        }
    }
}
