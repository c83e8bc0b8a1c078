package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetlogonChecksTest {
    private static final Domain CORP = domain("CORP", Optional.of("CORP.EXAMPLE"), "dc1");
    private static final Domain LAB = domain("LAB", Optional.of("LAB.EXAMPLE"));

    private static Domain domain(String name, Optional<String> realm, String... controllers) {
        return new Domain(name, realm, List.of(), List.of(controllers), List.of());
    }

    private static NetlogonConfig config(Optional<String> domain) {
        return config(domain, Duration.ofSeconds(10), Duration.ofSeconds(3), 4, 100, Optional.empty());
    }

    private static NetlogonConfig config(
            Optional<String> domain,
            Duration timeout,
            Duration connectTimeout,
            int connections,
            int queue,
            Optional<Integer> port) {
        return new NetlogonConfig(
                "GW1",
                Optional.of(Secret.ofText("x")),
                Optional.empty(),
                domain,
                timeout,
                connectTimeout,
                connections,
                queue,
                port,
                port);
    }

    private static void assertProblem(NetlogonConfig config, String message) {
        assertThatThrownBy(() -> NetlogonChecks.check(config))
                .isInstanceOf(ProviderException.class)
                .hasMessage(message);
    }

    private static void assertProblem(NetlogonConfig config, Domains domains, String message) {
        assertThatThrownBy(() -> NetlogonChecks.domain(config, domains))
                .isInstanceOf(ProviderException.class)
                .hasMessage(message);
    }

    @Test
    void onlyDomainNeedNotBeNamed() throws Exception {
        assertThat(NetlogonChecks.domain(config(Optional.empty()), new Domains(List.of(CORP))))
                .isEqualTo(CORP);
    }

    @Test
    void domainIsFoundByAnyOfItsNames() throws Exception {
        Domains both = new Domains(List.of(CORP, LAB));

        assertThat(NetlogonChecks.domain(config(Optional.of("lab.example")), both))
                .isEqualTo(LAB);
    }

    @Test
    void domainThatCannotBeToldIsAnError() {
        assertProblem(
                config(Optional.empty()),
                Domains.NONE,
                "no [[domain]] (expected one, with the NetBIOS name of the domain)");
        assertProblem(
                config(Optional.empty()),
                new Domains(List.of(CORP, LAB)),
                "domain is missing (expected one of CORP, LAB)");
        assertProblem(
                config(Optional.of("HOME")),
                new Domains(List.of(CORP, LAB)),
                "domain \"HOME\" (expected one of [[domain]]: CORP, LAB)");
        assertProblem(
                config(Optional.of("HOME")),
                Domains.NONE,
                "domain \"HOME\" (expected one of [[domain]]: there is none)");
    }

    @Test
    void domainNeedsItsNetbiosNameAndAWayToItsControllers() {
        assertProblem(
                config(Optional.empty()),
                new Domains(List.of(domain("corp.example", Optional.empty(), "dc1"))),
                "domain \"corp.example\" (expected [[domain]] to have the NetBIOS name as its name)");
        assertProblem(
                config(Optional.empty()),
                new Domains(List.of(domain("CORP", Optional.empty()))),
                "domain \"CORP\" has neither controllers nor a realm to look them up by (expected one of them)");
    }

    @Test
    void numbersHaveTheirBounds() throws Exception {
        Optional<String> any = Optional.empty();
        Duration ten = Duration.ofSeconds(10);
        Duration three = Duration.ofSeconds(3);
        NetlogonChecks.check(config(any));

        assertProblem(
                config(any, Duration.ofMinutes(2), three, 4, 100, Optional.empty()),
                "timeout of 120000 ms (expected 100 to 60000)");
        assertProblem(
                config(any, Duration.ofMillis(99), three, 4, 100, Optional.empty()),
                "timeout of 99 ms (expected 100 to 60000)");
        assertProblem(
                config(any, three, ten, 4, 100, Optional.empty()),
                "connect-timeout of 10000 ms (expected 100 to 3000)");
        assertProblem(config(any, ten, three, 0, 100, Optional.empty()), "connections 0 (expected 1 to 64)");
        assertProblem(config(any, ten, three, 65, 100, Optional.empty()), "connections 65 (expected 1 to 64)");
        assertProblem(config(any, ten, three, 4, -1, Optional.empty()), "queue -1 (expected 0 to 10000)");
        assertProblem(config(any, ten, three, 4, 0, Optional.of(0)), "netlogon-port 0 (expected 1 to 65535)");
        assertProblem(config(any, ten, three, 4, 0, Optional.of(65536)), "netlogon-port 65536 (expected 1 to 65535)");
    }
}
