package io.gatehouse.dist;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module graph of ARCHITECTURE.md. */
@AnalyzeClasses(
        packages = "io.gatehouse",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleRulesTest.WithoutTestkit.class})
class ModuleRulesTest {
    private static final String API = "io.gatehouse.api..";
    private static final String FORMATS = "io.gatehouse.formats..";
    private static final String NTLM = "io.gatehouse.formats.ntlm..";
    private static final String CORE = "io.gatehouse.core..";
    private static final String CLIENT = "io.gatehouse.client..";
    private static final String SERVER = "io.gatehouse.jetty..";
    private static final String DIST = "io.gatehouse.dist..";
    private static final String PROVIDERS = "io.gatehouse.provider..";
    private static final String LDAP = "io.gatehouse.ldap..";
    private static final String JWT = "io.gatehouse.jwt..";

    static final class WithoutTestkit implements ImportOption {
        @Override
        public boolean includes(com.tngtech.archunit.core.importer.Location location) {
            return !location.contains("/testkit/");
        }
    }

    @ArchTest
    static void everyModuleIsLookedAt(JavaClasses all) {
        assertThat(java.util.List.of(API, FORMATS, CORE, CLIENT, SERVER, DIST, PROVIDERS, LDAP, JWT))
                .allMatch(module -> !all.that(resideInAPackage(module)).isEmpty());
    }

    @ArchTest
    static final ArchRule theApiKnowsTheJdkAndNullAnnotationsOnly = classes()
            .that()
            .resideInAPackage(API)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(API, "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule theFormatsKnowTheApiAndTheJdkOnly = classes()
            .that()
            .resideInAPackage(FORMATS)
            .and()
            .resideOutsideOfPackage(NTLM)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(FORMATS, API, "java..", "javax.security.auth.x500..", "org.jspecify..");

    @ArchTest
    static final ArchRule theArithmeticOfNtlmKnowsAlgorithmsThatTheJdkLacks = classes()
            .that()
            .resideInAPackage(NTLM)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(NTLM, "java..", "org.jspecify..", "org.bouncycastle.crypto..");

    @ArchTest
    static final ArchRule theFormatsHaveNoCycles =
            slices().matching("io.gatehouse.formats.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theCoreKnowsNeitherWiringNorServerNorLog = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "com.google.inject..",
                    "jakarta.inject..",
                    "org.eclipse.jetty..",
                    "org.slf4j..",
                    SERVER,
                    CLIENT,
                    DIST,
                    PROVIDERS);

    @ArchTest
    static final ArchRule theCoreOpensNoSockets = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(Server|Datagram|Multicast)?Socket")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.nio\\.channels\\..*Socket.*")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.net..", "java.net.http..");

    @ArchTest
    static final ArchRule theCoreStartsNoThreads = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.Builder.class, java.util.Timer.class)
            .orShould()
            .callConstructorWhere(target(owner(assignableTo(Thread.class))))
            .orShould()
            .callMethod(Thread.class, "startVirtualThread", Runnable.class)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                    "java\\.util\\.concurrent\\.(Executor.*|.*ExecutorService|ForkJoin.*|CompletableFuture|StructuredTaskScope)");

    @ArchTest
    static final ArchRule jettyLivesInGatewayJettyOnly = noClasses()
            .that(not(resideInAPackage(SERVER)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..");

    @ArchTest
    static final ArchRule guiceLivesInGatewayJettyAndDistOnly = noClasses()
            .that(not(resideInAnyPackage(SERVER, DIST)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.inject..", "jakarta.inject..");

    @ArchTest
    static final ArchRule providersKnowWhatIsBelowThemOnly = noClasses()
            .that()
            .resideInAPackage(PROVIDERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CORE, CLIENT, SERVER, DIST);

    @ArchTest
    static final ArchRule providersDoNotKnowEachOther =
            slices().matching("io.gatehouse.provider.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule whatProvidersShareKnowsWhatIsBelowItOnly = noClasses()
            .that()
            .resideInAnyPackage(LDAP, JWT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CORE, CLIENT, SERVER, DIST, PROVIDERS);

    @ArchTest
    static final ArchRule whatProvidersShareIsForProviders = noClasses()
            .that(not(resideInAnyPackage(PROVIDERS, LDAP, JWT)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(LDAP, JWT);

    @ArchTest
    static final ArchRule nobodyNamesAProvider = noClasses()
            .that(not(resideInAPackage(PROVIDERS)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PROVIDERS);

    @ArchTest
    static final ArchRule theClientKnowsNoServer = noClasses()
            .that()
            .resideInAPackage(CLIENT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SERVER, DIST, PROVIDERS);

    @ArchTest
    static final ArchRule theServerKnowsNeitherCommandLineNorClient = noClasses()
            .that()
            .resideInAPackage(SERVER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(DIST, CLIENT);
}
