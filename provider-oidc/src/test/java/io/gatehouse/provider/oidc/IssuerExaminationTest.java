package io.gatehouse.provider.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code gatehouse doctor} finds about an identity provider without a user. */
@Timeout(60)
class IssuerExaminationTest {
    private ScriptedIdp idp;

    @BeforeEach
    void start() throws Exception {
        idp = new ScriptedIdp();
        idp.keys(Forge.KEY);
        idp.script("/token", exchange -> ScriptedIdp.json(exchange, 400, Map.of("error", "invalid_grant")));
    }

    @AfterEach
    void stop() {
        idp.close();
    }

    private List<Finding> examined(String issuer, Clock clock) throws Exception {
        try (AuthProvider provider = Fixtures.provider(Fixtures.config(Fixtures.table(issuer)), clock)) {
            List<Finding> findings = new ArrayList<>();
            for (Examination each : provider.examinations()) {
                findings.addAll(each.examine());
            }
            return findings;
        }
    }

    private Finding only(String issuer, Clock clock) throws Exception {
        List<Finding> findings = examined(issuer, clock);
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    @Test
    void nothingIsFoundWhereNothingIsWrong() throws Exception {
        assertThat(examined(idp.issuer(), Clock.systemUTC())).isEmpty();
    }

    @Test
    void issuerThatIsWrittenOtherwise() throws Exception {
        Finding finding = only(idp.issuer() + "/", Clock.systemUTC());
        assertThat(finding.code()).isEqualTo("oidc.issuer");
        assertThat(finding.cause()).contains("expected \"" + idp.issuer() + "/\"");
        assertThat(finding.fix()).contains("issuer in [[auth.oidc.provider]]", "slash");
    }

    @Test
    void identityProviderThatDoesNotAnswer() throws Exception {
        idp.stop();
        assertThat(only(idp.issuer(), Clock.systemUTC()).code()).isEqualTo("oidc.discovery");
    }

    @Test
    void keysThatAreNotThere() throws Exception {
        idp.script("/keys", exchange -> ScriptedIdp.send(exchange, 404, "text/plain", "no"));
        Finding finding = only(idp.issuer(), Clock.systemUTC());
        assertThat(finding.code()).isEqualTo("oidc.keys");
        assertThat(finding.cause()).contains("/keys answered 404");
    }

    @Test
    void clocksThatDiffer() throws Exception {
        Finding finding = only(idp.issuer(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-5)));
        assertThat(finding.code()).isEqualTo("oidc.clock");
        assertThat(finding.cause()).contains("seconds behind that of the identity provider");
    }

    @Test
    void clientThatTheIdentityProviderDoesNotKnow() throws Exception {
        idp.script("/token", exchange -> ScriptedIdp.json(exchange, 401, Map.of("error", "invalid_client")));
        Finding finding = only(idp.issuer(), Clock.systemUTC());
        assertThat(finding.code()).isEqualTo("oidc.client");
        assertThat(finding.fix()).contains("client-id, client-secret");
    }
}
