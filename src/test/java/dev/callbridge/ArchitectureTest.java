package dev.callbridge;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.modulith.core.ApplicationModules;

@AnalyzeClasses(packages = "dev.callbridge", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /// Where calls are decided.
    static final String[] PURE = {
        "..callbridge.dialplan..",
        "..callbridge.sdp..",
        "..callbridge.call..",
        "..callbridge.sip.leg..",
        "..callbridge.sip.register..",
        "..callbridge.matrix.leg..",
        "..callbridge.media.rtp.."
    };

    @ArchTest
    static final ArchRule callControlIsPure = classes()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "..callbridge.dialplan..",
                    "..callbridge.sdp..",
                    "..callbridge.call..",
                    "..callbridge.sip.leg..",
                    "..callbridge.sip.register..",
                    "..callbridge.matrix.leg..",
                    "..callbridge.media.rtp..",
                    "com.google.i18n.phonenumbers..",
                    "java.lang..",
                    "java.util..",
                    "java.nio.charset",
                    "java.time..",
                    "org.jspecify..")
            .because("call control is driven by inputs and outputs, not by I/O");

    @ArchTest
    static final ArchRule descriptionsAndPacketsArePure = classes()
            .that()
            .resideInAnyPackage("..callbridge.sdp..", "..callbridge.media.rtp..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "..callbridge.sdp..",
                    "..callbridge.media.rtp..",
                    "java.lang..",
                    "java.util",
                    "java.nio.charset",
                    "java.util.function",
                    "java.util.stream",
                    "org.jspecify..")
            .because("text and bytes need no network to be tested");

    @ArchTest
    static final ArchRule callControlReadsNoClock = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent..");

    @ArchTest
    static final ArchRule connectorsDoNotKnowEachOther = slices().matching("dev.callbridge.(sip|matrix|media)..")
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlySipSeesJainSip = noClasses()
            .that()
            .resideOutsideOfPackage("dev.callbridge.sip")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.sip..", "gov.nist..");

    @ArchTest
    static final ArchRule onlyMediaSeesIceAndDtls = noClasses()
            .that()
            .resideOutsideOfPackage("dev.callbridge.media..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.ice4j..", "org.jitsi..", "org.bouncycastle..");

    @ArchTest
    static final ArchRule bridgeKnowsNoConnector = noClasses()
            .that()
            .resideInAPackage("dev.callbridge.bridge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.callbridge.sip..",
                    "dev.callbridge.matrix..",
                    "dev.callbridge.media..",
                    "dev.callbridge.store..");

    @ArchTest
    static final ArchRule noFieldInjection = noFields().should().beAnnotatedWith(Autowired.class);

    @ArchTest
    static void modulesHaveNoCycles(com.tngtech.archunit.core.domain.JavaClasses ignored) {
        ApplicationModules.of(CallbridgeApplication.class).verify();
    }
}
