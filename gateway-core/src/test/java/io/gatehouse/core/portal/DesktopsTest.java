package io.gatehouse.core.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.policy.AccessPolicy;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.PolicyRule;
import io.gatehouse.core.policy.Requester;
import io.gatehouse.core.policy.Rule;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DesktopsTest {
    private static final Identity ALICE = Identity.local("local", "basic", "alice", Set.of("staff"), Set.of());
    private static final Identity CAROL = Identity.local("local", "basic", "carol", Set.of("guests"), Set.of());
    private static final int MANY = 300;

    private final List<Set<String>> told = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final Resolver resolver = name -> {
        asked.add(name);
        int number = Integer.parseInt(name.replaceFirst("^pc([0-9]+)[.].*", "$1"));
        if (number % 3 == 0) {
            throw new UnknownHostException(name);
        }
        return List.of(InetAddress.getByAddress(new byte[] {10, (byte) (number % 2), 0, 1}));
    };

    private static <T> T value(Parsed<T> parsed) {
        return switch (parsed) {
            case Parsed.Valid<T>(T value) -> value;
            case Parsed.Faulty<T>(String problem) -> throw new AssertionError(problem);
        };
    }

    private static Desktop desktop(String name, String host) {
        return new Desktop(
                name,
                name,
                value(PersonalHost.parse(host)),
                3389,
                Icon.SERVER,
                Optional.empty(),
                new RdpFile(List.of()));
    }

    private static PolicyRule rule(String group, String... targets) {
        return new PolicyRule(
                new Rule(group, Optional.empty(), Optional.empty()),
                List.of(),
                Set.of(group),
                Set.of(),
                Stream.of(targets)
                        .map(target -> value(TargetPattern.parse(target)))
                        .toList(),
                List.of(new PortRange(3389, 3389)),
                0);
    }

    private static Supplier<AccessPolicy> policy(PolicyRule... rules) {
        AccessPolicy policy = new AccessPolicy(List.of(rules), _ -> false);
        return () -> policy;
    }

    private static Requester requester(Identity identity) {
        return Requester.of(identity, InetAddress.ofLiteral("192.0.2.77"), Instant.EPOCH);
    }

    private static Desktops many(PolicyRule... rules) {
        return new Desktops(
                IntStream.range(0, MANY)
                        .mapToObj(number -> desktop("pc" + number, "pc" + number + ".lab.example.com"))
                        .toList(),
                policy(rules));
    }

    private List<String> shown(Desktops desktops, Identity identity, String words) {
        return desktops
                .of(requester(identity), words, names -> {
                    told.add(names);
                    return resolver;
                })
                .stream()
                .map(usable -> usable.desktop().name())
                .toList();
    }

    @Test
    void namesThatARuleCoversAreShownWithoutLookingThemUp() {
        assertThat(shown(many(rule("staff", "*.lab.example.com")), ALICE, "")).hasSize(MANY);
        assertThat(told).containsExactly(Set.of());
        assertThat(asked).isEmpty();
    }

    @Test
    void namesThatOnlyAddressesCoverAreLookedUpOnceAndTogether() {
        List<String> shown = shown(many(rule("staff", "10.0.0.0/16")), ALICE, "");
        assertThat(shown).hasSize(100).contains("pc2", "pc4").doesNotContain("pc0", "pc1", "pc3");
        assertThat(told).hasSize(1);
        assertThat(told.getFirst()).hasSize(MANY);
        assertThat(asked).doesNotHaveDuplicates();
    }

    @Test
    void whatIsSearchedForIsAllThatIsLookedUp() {
        shown(many(rule("staff", "10.0.0.0/16")), ALICE, "pc17");
        assertThat(asked).hasSize(11).allMatch(name -> name.startsWith("pc17"));
    }

    @Test
    void nothingIsLookedUpForWhomNoRuleIs() {
        assertThat(shown(many(rule("staff", "*.lab.example.com", "10.0.0.0/16")), CAROL, ""))
                .isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void whatIsShownByNameMayStillBeRefusedAndWhatIsNotShownIsNeverFound() {
        Desktops desktops = many(rule("staff", "pc1.lab.example.com", "pc7.lab.example.com"));
        assertThat(shown(desktops, ALICE, "")).containsExactly("pc1", "pc7");
        assertThat(desktops.find(requester(ALICE), "pc1", resolver)).isPresent();
        assertThat(desktops.find(requester(ALICE), "pc1", _ -> List.of(InetAddress.getLoopbackAddress())))
                .as("a name that leads to the gateway's own machine")
                .isEmpty();
        for (int number = 0; number < MANY; number++) {
            String name = "pc" + number;
            boolean found = desktops.find(requester(ALICE), name, resolver).isPresent();
            assertThat(found).as(name).isEqualTo(number == 1 || number == 7);
            assertThat(desktops.find(requester(CAROL), name, resolver)).as(name).isEmpty();
        }
    }

    @Test
    void anAddressIsShownWhereARuleHasIt() {
        Desktops desktops = new Desktops(
                List.of(desktop("in", "10.0.0.7"), desktop("out", "10.1.0.7"), desktop("here", "127.0.0.1")),
                policy(rule("staff", "10.0.0.0/16")));
        assertThat(shown(desktops, ALICE, "")).containsExactly("in");
        assertThat(asked).isEmpty();
    }
}
