package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.HTTP;
import static io.gatehouse.core.login.FakeMechanism.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class MechanismsTest {
    private static final String BASIC = "Basic realm=\"Gatehouse\", charset=\"UTF-8\"";
    private static final Set<Venue> HTTP_AND_TUNNEL = Set.of(Venue.HTTP_AUTHORIZATION, Venue.TUNNEL_EXTENDED_AUTH);
    private static final Peer CLEAR = new Peer(PEER.address(), false, false, List.of());

    private static TokenMechanism mechanism(Scheme scheme, Set<Venue> venues) {
        return new FakeMechanism(scheme, venues, _ -> new Rejected(Reason.REFUSED, "not asked here"));
    }

    private final TokenMechanism ntlm = mechanism(Scheme.NTLM, HTTP_AND_TUNNEL);
    private final TokenMechanism basic = mechanism(Scheme.BASIC, HTTP);
    private final TokenMechanism kerberos = mechanism(Scheme.KERBEROS, HTTP);

    @Test
    void ntlmIsOfferedAsNegotiateToo() {
        assertThat(Mechanisms.of(List.of(ntlm, basic)).challenges(PEER))
                .containsExactly("Negotiate", "NTLM", BASIC, "SSPI_NTLM");
    }

    @Test
    void challengesFollowTheConfiguredOrder() {
        assertThat(Mechanisms.of(List.of(basic, kerberos, ntlm)).challenges(PEER))
                .containsExactly(BASIC, "Negotiate", "NTLM", "SSPI_NTLM");
    }

    private static final String TUNNEL = "SSPI_NTLM";

    static Stream<Arguments> orders() {
        return Stream.of(
                arguments("kerberos ntlm local", List.of("Negotiate", "NTLM", BASIC, TUNNEL)),
                arguments("ntlm kerberos local", List.of("Negotiate", "NTLM", BASIC, TUNNEL)),
                arguments("kerberos local ntlm", List.of("Negotiate", BASIC, "NTLM", TUNNEL)),
                arguments("local ntlm kerberos", List.of(BASIC, "Negotiate", "NTLM", TUNNEL)),
                arguments("local kerberos", List.of(BASIC, "Negotiate")),
                arguments("kerberos local", List.of("Negotiate", BASIC)),
                arguments("kerberos ntlm", List.of("Negotiate", "NTLM", TUNNEL)),
                arguments("ntlm kerberos", List.of("Negotiate", "NTLM", TUNNEL)));
    }

    /** Negotiate stands where the first of its mechanisms does, and carries all of them wherever they stand. */
    @ParameterizedTest
    @MethodSource("orders")
    void everySchemeStandsWhereItsProviderDoes(String order, List<String> challenges) {
        Map<String, TokenMechanism> byName = Map.of("kerberos", kerberos, "ntlm", ntlm, "local", basic);
        Mechanisms mechanisms =
                Mechanisms.of(Stream.of(order.split(" ", -1)).map(byName::get).toList());
        assertThat(mechanisms.challenges(PEER)).isEqualTo(challenges);
        assertThat(mechanisms.forHttp("Negotiate", PEER))
                .contains(new NegotiateMechanism(
                        Optional.of(kerberos), order.contains("ntlm") ? Optional.of(ntlm) : Optional.empty()));
    }

    @Test
    void kerberosAloneIsNegotiateOnly() {
        assertThat(Mechanisms.of(List.of(kerberos)).challenges(PEER)).containsExactly("Negotiate");
    }

    @Test
    void ntlmOfTheTunnelOnlyIsNotOfferedOnHttp() {
        Mechanisms mechanisms = Mechanisms.of(List.of(mechanism(Scheme.NTLM, Set.of(Venue.TUNNEL_EXTENDED_AUTH))));
        assertThat(mechanisms.challenges(PEER)).containsExactly("SSPI_NTLM");
        assertThat(mechanisms.forHttp("NTLM", PEER)).isEmpty();
        assertThat(mechanisms.forHttp("Negotiate", PEER)).isEmpty();
        assertThat(mechanisms.forExtendedAuth()).isPresent();
    }

    @Test
    void ntlmOfHttpOnlyIsNotOfferedInTheTunnel() {
        Mechanisms mechanisms = Mechanisms.of(List.of(mechanism(Scheme.NTLM, HTTP)));
        assertThat(mechanisms.challenges(PEER)).containsExactly("Negotiate", "NTLM");
        assertThat(mechanisms.forExtendedAuth()).isEmpty();
    }

    @Test
    void basicIsNeitherOfferedNorTakenWithoutEncryption() {
        Mechanisms mechanisms = Mechanisms.of(List.of(basic, ntlm));
        assertThat(mechanisms.challenges(CLEAR)).containsExactly("Negotiate", "NTLM", "SSPI_NTLM");
        assertThat(mechanisms.forHttp("Basic", CLEAR)).isEmpty();
        assertThat(mechanisms.forHttp("Basic", PEER)).containsSame(basic);
    }

    @Test
    void schemeNamesAreComparedWithoutCase() {
        Mechanisms mechanisms = Mechanisms.of(List.of(basic, ntlm));
        assertThat(mechanisms.forHttp("ntlm", PEER)).containsSame(ntlm);
        assertThat(mechanisms.forHttp("nEGOTIATE", PEER)).get().isInstanceOf(NegotiateMechanism.class);
        assertThat(mechanisms.forHttp("BASIC", PEER)).containsSame(basic);
    }

    @Test
    void kerberosAndUnknownSchemesAreNotForHttp() {
        Mechanisms mechanisms = Mechanisms.of(List.of(kerberos));
        assertThat(mechanisms.forHttp("Kerberos", PEER)).isEmpty();
        assertThat(mechanisms.forHttp("Digest", PEER)).isEmpty();
        assertThat(mechanisms.forHttp("", PEER)).isEmpty();
    }

    @Test
    void theFirstMechanismOfASchemeWins() {
        TokenMechanism secondBasic = mechanism(Scheme.BASIC, HTTP);
        TokenMechanism secondNtlm = mechanism(Scheme.NTLM, HTTP_AND_TUNNEL);
        Mechanisms mechanisms = Mechanisms.of(List.of(ntlm, basic, secondNtlm, secondBasic));
        assertThat(mechanisms.challenges(PEER)).containsExactly("Negotiate", "NTLM", BASIC, "SSPI_NTLM");
        assertThat(mechanisms.forHttp("Basic", PEER)).containsSame(basic);
        assertThat(mechanisms.forHttp("NTLM", PEER)).containsSame(ntlm);
        assertThat(mechanisms.forExtendedAuth()).containsSame(ntlm);
    }
}
