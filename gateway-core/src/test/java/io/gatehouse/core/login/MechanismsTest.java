package io.gatehouse.core.login;

import static io.gatehouse.core.login.FakeMechanism.HTTP;
import static io.gatehouse.core.login.FakeMechanism.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
