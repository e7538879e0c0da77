package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Rights;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Wires the SIP connector.
@Configuration(proxyBeanMethods = false)
class SipConfiguration {

    @Bean
    Names names(SipProperties sip) {
        String server = sip.dns();
        return new DnsNames(
                server == null || server.isBlank()
                        ? null
                        : HostPort.parse("callbridge.sip.dns", server, 53, "write it like 192.0.2.53"));
    }

    @Bean
    Trunks trunks(TrunksProperties trunks, CallbridgeProperties properties, NumberPlan plan, Names names) {
        return new Trunks(trunks, properties.homeserver().name(), properties.dialplan(), plan, names);
    }

    @Bean
    Admission admission(Trunks trunks) {
        return new Admission(trunks);
    }

    @Bean
    SipStackHost sipStackHost(SipProperties sip, CallbridgeProperties properties, Admission admission, Trunks trunks) {
        return new SipStackHost(
                sip.listenAddresses(),
                publicAddress(sip, properties),
                admission,
                Tls.of(sip.tls(), trunks).orElse(null));
    }

    private static @Nullable PublicAddress publicAddress(SipProperties sip, CallbridgeProperties properties) {
        String own = sip.publicAddress();
        if (own != null && !own.isBlank()) {
            return PublicAddress.parse("callbridge.sip.public-address", own);
        }
        String all = properties.publicAddress();
        return all == null || all.isBlank() ? null : PublicAddress.parse("callbridge.public-address", all);
    }

    @Bean
    SipPlacement sipPlacement(
            NumberPlan plan, Trunks trunks, SipStackHost host, CallJournal journal, Rights rights, SipProperties sip) {
        return new SipPlacement(plan, trunks, host, journal, rights, sip.ringTimeout());
    }

    /// @param registry a provider, because Spring stops a bean before those it depends on, whatever their phases:
    /// calls could not say goodbye
    @Bean
    SipEndpoint sipEndpoint(
            Trunks trunks,
            NumberPlan plan,
            Rights rights,
            ObjectProvider<CallRegistry> registry,
            CallJournal journal,
            SipStackHost host,
            Admission admission) {
        var inbound = new Inbound(trunks, plan, rights, registry::getObject, journal, host);
        return new SipEndpoint(
                host,
                new StackListener(inbound, new StrayAnswer(host, admission)),
                trunks,
                admission,
                SipConfiguration::exit);
    }

    /// On a thread of its own: what runs at exit stops the thread that asked for it.
    private static void exit() {
        Thread.ofPlatform().name("exit").start(() -> System.exit(70));
    }
}
