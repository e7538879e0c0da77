package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Rights;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the SIP connector.
@Configuration(proxyBeanMethods = false)
class SipConfiguration {

    @Bean
    Trunks trunks(TrunksProperties trunks, CallbridgeProperties properties, NumberPlan plan) {
        return new Trunks(trunks, properties.dialplan(), plan);
    }

    @Bean
    Admission admission(Trunks trunks) {
        return new Admission(trunks);
    }

    @Bean
    SipStackHost sipStackHost(SipProperties sip, CallbridgeProperties properties, Admission admission) {
        String own = sip.publicAddress() == null ? properties.publicAddress() : sip.publicAddress();
        return new SipStackHost(sip.listenAddresses(), own == null || own.isBlank() ? null : own.strip(), admission);
    }

    @Bean
    SipPlacement sipPlacement(
            NumberPlan plan, Trunks trunks, SipStackHost host, CallJournal journal, Rights rights, SipProperties sip) {
        return new SipPlacement(plan, trunks, host, journal, rights, sip.ringTimeout());
    }

    /// A bean, so that the endpoint does not depend on the registry itself: whatever does so is stopped before it, in
    /// spite of all phases, and no BYE would leave any more.
    @Bean
    Inbound inbound(Trunks trunks, NumberPlan plan, CallRegistry registry, CallJournal journal, SipStackHost host) {
        return new Inbound(trunks, plan, registry, journal, host);
    }

    @Bean
    SipEndpoint sipEndpoint(Trunks trunks, Inbound inbound, SipStackHost host, Admission admission) {
        return new SipEndpoint(host, new StackListener(inbound), trunks, admission, SipConfiguration::exit);
    }

    /// On a thread of its own: what runs at exit stops the thread that asked for it.
    private static void exit() {
        Thread.ofPlatform().name("exit").start(() -> System.exit(70));
    }
}
