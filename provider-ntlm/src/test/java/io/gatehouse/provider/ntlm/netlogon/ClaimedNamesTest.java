package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimedNamesTest {
    private static final Domain OWN =
            new Domain("CORP", Optional.of("CORP.EXAMPLE"), List.of("example.com"), List.of("dc1"), List.of());
    private static final Domain OTHER = new Domain("LAB", Optional.of("LAB.EXAMPLE"), List.of(), List.of(), List.of());
    private static final ClaimedNames NAMES =
            new ClaimedNames("GW1", OWN, "gw.example.net", new Domains(List.of(OWN, OTHER)));

    @Test
    void clientsAreToldTheMachineAccountAndTheDomain() {
        assertThat(NAMES.targetNames().computer()).isEqualTo("GW1");
        assertThat(NAMES.targetNames().domain()).isEqualTo("CORP");
        assertThat(NAMES.targetNames().dnsComputer()).isEqualTo("gw1.corp.example");
        assertThat(NAMES.targetNames().dnsDomain()).isEqualTo("corp.example");
        assertThat(NAMES.targetNames().target()).isEqualTo("CORP");
    }

    @Test
    void withoutARealmTheServersNameMustDo() {
        Domain bare = new Domain("CORP", Optional.empty(), List.of(), List.of("dc1"), List.of());
        ClaimedNames names = new ClaimedNames("GW1", bare, "gw.example.net", new Domains(List.of(bare)));

        assertThat(names.targetNames().dnsComputer()).isEqualTo("gw.example.net");
        assertThat(names.account("alice", "")).isEqualTo("CORP\\alice");
    }

    @ParameterizedTest
    @CsvSource({
        "alice, CORP",
        "ALICE, corp",
        "Alice, corp.example",
        "alice, ''",
        "alice, .",
        "alice, GW1",
        "alice, gw.example.net",
        "alice@corp.example, ''",
        "Alice@CORP.EXAMPLE, ''",
        "alice@example.com, ''",
        "alice@CORP, ''"
    })
    void everySpellingOfAnAccountIsOne(String user, String domain) {
        assertThat(NAMES.account(user, domain)).isEqualTo("CORP\\alice");
        assertThat(NAMES.isForeign(user, domain)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "alice, LAB, LAB\\alice",
        "alice@lab.example, '', LAB\\alice",
        "alice, nowhere, NOWHERE\\alice",
        "Alice@Elsewhere.example, '', alice@elsewhere.example",
        "alice@corp.example, LAB, LAB\\alice@corp.example"
    })
    void otherDomainsStayApart(String user, String domain, String account) {
        assertThat(NAMES.account(user, domain)).isEqualTo(account);
        assertThat(NAMES.isForeign(user, domain)).isTrue();
    }

    @Test
    void anAtSignAtTheBeginningIsNoSuffix() {
        assertThat(NAMES.account("@corp.example", "")).isEqualTo("CORP\\@corp.example");
    }
}
