package io.gatehouse.dist;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * The order of the packages inside the large modules, as ARCHITECTURE.md has it. {@code docs/rooms.txt} is the picture;
 * {@code ./test --rooms} draws it anew.
 */
@AnalyzeClasses(
        packages = "io.gatehouse",
        importOptions = {ImportOption.DoNotIncludeTests.class, ModuleRulesTest.WithoutTestkit.class})
class RoomRulesTest {
    private static final String CORE = "io.gatehouse.core.";
    private static final String SERVER = "io.gatehouse.jetty";
    private static final Path PICTURE = Path.of("..", "docs", "rooms.txt");

    /** From top to bottom: a package knows its own line and what stands below. */
    private static final List<List<String>> ORDER_OF_CORE = List.of(
            List.of("config"),
            List.of("portal", "token", "kdcproxy", "tunnel", "grant", "ticket"),
            List.of("login", "account", "totp", "approval"),
            List.of("guess", "policy", "rdp", "audit", "forwarding", "wake"),
            List.of("session", "admin"),
            List.of("tsgu", "websocket", "http", "net", "text", "limits"));

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

    /** What each room of the server may know. The package of the server itself wires them and may know all. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("startup", Set.of()),
            Map.entry("socket", Set.of()),
            Map.entry("dns", Set.of()),
            Map.entry("scheduling", Set.of()),
            Map.entry("work", Set.of()),
            Map.entry("diagnosis", Set.of()),
            Map.entry("metrics", Set.of("socket")),
            Map.entry("audit", Set.of("startup")),
            Map.entry("edge", Set.of("diagnosis", "metrics", "scheduling", "socket", "startup")),
            Map.entry("wake", Set.of("metrics")),
            Map.entry("target", Set.of("dns", "metrics", "scheduling", "socket", "wake")),
            Map.entry("tunnel", Set.of("diagnosis", "edge", "target", "wake")),
            Map.entry("transport", Set.of("edge", "scheduling", "socket", "tunnel")),
            Map.entry("rdg", Set.of("diagnosis", "edge", "transport", "tunnel")),
            Map.entry("kdcproxy", Set.of("dns", "edge")),
            Map.entry("acme", Set.of("edge", "metrics", "socket", "startup")),
            Map.entry("activity", Set.of()),
            Map.entry("grant", Set.of("startup", "tunnel")),
            Map.entry("ticket", Set.of("startup", "tunnel")),
            Map.entry("portal", Set.of("activity", "admin", "edge", "grant", "startup", "ticket", "tunnel", "wake")),
            Map.entry("admin", Set.of("diagnosis", "edge", "grant", "socket", "startup", "ticket", "tunnel")));

    @ArchTest
    static final ArchRule theServerHasNoCycle =
            slices().matching("io.gatehouse.jetty.(*)..").should().beFreeOfCycles();

    @ArchTest
    static void aRoomKnowsWhatItMayAndNothingElse(JavaClasses all) {
        Map<String, NavigableSet<String>> known = known(all, SERVER);
        assertThat(known.keySet()).as("rooms").containsAll(MAY_KNOW.keySet());
        known.forEach((room, others) -> {
            if (!room.isEmpty()) {
                assertThat(others).as(room).isEqualTo(MAY_KNOW.getOrDefault(room, Set.of()));
            }
        });
    }

    /** A transport carries packets; who signs in, and how, is not its business. */
    @ArchTest
    static final ArchRule transportsKnowNoSignIn = noClasses()
            .that()
            .resideInAnyPackage("io.gatehouse.jetty.transport..", "io.gatehouse.jetty.target..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gatehouse.core.login..", "io.gatehouse.core.token..");

    /**
     * {@code Gateway} takes the machine's clocks, and hands them on. The acceptor pauses when there are no descriptors
     * left.
     */
    @ArchTest
    static final ArchRule clocksAreParameters = noClasses()
            .that()
            .resideInAPackage("io.gatehouse.jetty..")
            .and()
            .doNotHaveFullyQualifiedName("io.gatehouse.jetty.Gateway")
            .and()
            .doNotHaveFullyQualifiedName("io.gatehouse.jetty.socket.PatientConnector")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(java.time.Clock.class, "systemUTC")
            .orShould()
            .callMethod(io.gatehouse.api.MonotonicClock.class, "system")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class);

    @ArchTest
    static void thePictureIsTrue(JavaClasses all) throws IOException {
        String drawn = "Packages and what each knows, from the ground up. Drawn by ./test --rooms\n\n"
                + picture("gateway-jetty", known(all, SERVER)) + "\n"
                + picture("gateway-core", known(all, "io.gatehouse.core"));
        if (Boolean.getBoolean("rooms.draw")) {
            Files.writeString(PICTURE, drawn);
            System.out.println(drawn);
        }
        assertThat(PICTURE).content().isEqualTo(drawn);
    }

    /**
     * The packages directly below {@code base} by their names, each with those that it knows; the empty name is
     * {@code base} itself.
     */
    private static Map<String, NavigableSet<String>> known(JavaClasses all, String base) {
        Map<String, NavigableSet<String>> known = new TreeMap<>();
        for (JavaClass each : all) {
            if (isIn(base, each)) {
                String room = room(base, each);
                NavigableSet<String> others = known.computeIfAbsent(room, _ -> new TreeSet<>());
                each.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .map(JavaClass::getBaseComponentType)
                        .filter(target -> isIn(base, target))
                        .map(target -> room(base, target))
                        .filter(other -> !other.equals(room))
                        .forEach(others::add);
            }
        }
        return known;
    }

    private static boolean isIn(String base, JavaClass each) {
        return each.getPackageName().equals(base) || each.getPackageName().startsWith(base + ".");
    }

    private static String room(String base, JavaClass each) {
        String below = each.getPackageName().substring(base.length());
        return below.isEmpty() ? "" : below.substring(1).split("\\.", 2)[0];
    }

    /** One line a package, in layers: a package stands one layer above the highest that it knows. */
    private static String picture(String module, Map<String, NavigableSet<String>> known) {
        Map<String, Integer> layers = layers(known);
        StringBuilder text = new StringBuilder(module + "\n");
        List<Integer> levels = layers.values().stream().distinct().sorted().toList();
        for (int level : levels) {
            text.append("  layer ").append(level).append('\n');
            layers.forEach((room, layer) -> {
                if (layer == level) {
                    String others = String.join(" ", known.getOrDefault(room, Collections.emptyNavigableSet()));
                    text.append("    %-12s %s"
                                    .formatted(room.isEmpty() ? "(top)" : room, others)
                                    .stripTrailing())
                            .append('\n');
                }
            });
        }
        return text.toString();
    }

    private static Map<String, Integer> layers(Map<String, NavigableSet<String>> known) {
        Map<String, Integer> layers = new TreeMap<>();
        known.keySet().forEach(room -> layers.put(room, 0));
        for (int round = 0; round < known.size(); round++) {
            known.forEach((room, others) ->
                    layers.put(room, others.stream().mapToInt(layers::get).max().orElse(-1) + 1));
        }
        return layers;
    }
}
