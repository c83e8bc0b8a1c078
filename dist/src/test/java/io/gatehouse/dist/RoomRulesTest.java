package io.gatehouse.dist;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The order of the packages inside the large modules, as ARCHITECTURE.md has it. */
@AnalyzeClasses(
        packages = "io.gatehouse",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleRulesTest.WithoutTestkit.class})
class RoomRulesTest {
    private static final String CORE = "io.gatehouse.core.";

    /** From top to bottom: a package knows its own line and what stands below. */
    private static final List<List<String>> ORDER_OF_CORE = List.of(
            List.of("config"),
            List.of("portal", "token", "kdcproxy", "tunnel"),
            List.of("login", "account"),
            List.of("guess", "policy", "rdp", "audit", "forwarding"),
            List.of("tsgu", "websocket", "net", "text", "limits"));

    @ArchTest
    static void everyPackageOfCoreHasItsPlace(JavaClasses all) {
        assertThat(packages(all, CORE)).containsExactlyInAnyOrderElementsOf(flat(ORDER_OF_CORE));
    }

    @ArchTest
    static void noPackageOfCoreKnowsOneAbove(JavaClasses all) {
        for (int i = 1; i < ORDER_OF_CORE.size(); i++) {
            noClasses()
                    .that()
                    .resideInAnyPackage(patterns(CORE, ORDER_OF_CORE.subList(i, ORDER_OF_CORE.size())))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(patterns(CORE, ORDER_OF_CORE.subList(0, i)))
                    .check(all);
        }
    }

    @ArchTest
    static final ArchRule packagesOfCoreHaveNoCycle =
            slices().matching(CORE + "(*)..").should().beFreeOfCycles();

    private static List<String> packages(JavaClasses all, String root) {
        return all.that(resideInAPackage(root + ".")).stream()
                .map(each -> each.getPackageName().substring(root.length()))
                .map(name -> name.contains(".") ? name.substring(0, name.indexOf('.')) : name)
                .distinct()
                .toList();
    }

    private static List<String> flat(List<List<String>> rows) {
        return rows.stream().flatMap(List::stream).toList();
    }

    private static String[] patterns(String root, List<List<String>> rows) {
        return rows.stream()
                .flatMap(List::stream)
                .map(name -> root + name + "..")
                .toArray(String[]::new);
    }
}
