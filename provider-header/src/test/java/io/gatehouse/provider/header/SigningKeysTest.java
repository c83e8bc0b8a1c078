package io.gatehouse.provider.header;

import static io.gatehouse.provider.header.Providers.accepted;
import static io.gatehouse.provider.header.Providers.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.testkit.provider.TestClock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys come and go, and their server does; sets and single keys alike. */
class SigningKeysTest {
    private final KeyServer server = new KeyServer();
    private final TestClock clock = new TestClock();
    private final Signer old = Signer.es256("old");
    private final Signer fresh = Signer.es256("fresh");

    @AfterEach
    void stop() {
        server.close();
    }

    private AssertionMechanism mechanism(Vendor vendor) throws Exception {
        publish(old);
        return Providers.mechanisms(vendor.table(server.address(vendor == Vendor.ALB ? "/alb" : "/jwks")), clock)
                .getFirst();
    }

    private void publish(Signer signer) {
        server.publish("/jwks", signer.jwks());
        server.publish("/alb/" + signer.kid(), signer.pem());
    }

    private Optional<Outcome> assess(AssertionMechanism mechanism, Vendor vendor, Signer signer) {
        return mechanism.assess(Requests.fromProxy(
                vendor.header,
                vendor.assertion(
                        signer, vendor.joseHeader(signer.kid(), clock.instant()), vendor.claims(clock.instant()))));
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void aNewKeyIsFetchedAtOnce(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        accepted(assess(mechanism, vendor, old));
        publish(fresh);
        accepted(assess(mechanism, vendor, fresh));
        accepted(assess(mechanism, vendor, fresh));
        assertThat(server.requests()).hasSize(2);
        if (vendor == Vendor.ALB) {
            accepted(assess(mechanism, vendor, old));
        } else {
            assertThat(rejected(assess(mechanism, vendor, old)).detail())
                    .isEqualTo("the signer has no key \"old\" for ES256");
        }
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void strangersCannotMakeTheGatewayFetchAsOftenAsTheyLike(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        accepted(assess(mechanism, vendor, old));
        for (int i = 0; i < 50; i++) {
            Signer stranger = new Signer("stranger-" + i, fresh.algorithm(), fresh.keys());
            assertThat(rejected(assess(mechanism, vendor, stranger)).reason()).isEqualTo(Reason.BAD_CREDENTIALS);
        }
        accepted(assess(mechanism, vendor, old));
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(2);
        clock.advance(SigningKeys.PAUSE.plusSeconds(1));
        publish(fresh);
        accepted(assess(mechanism, vendor, fresh));
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void theLastKeysOutliveAnOutageForAWhile(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        accepted(assess(mechanism, vendor, old));
        server.setDown(true);
        clock.advance(SigningKeys.FRESH.plusMinutes(1));
        accepted(assess(mechanism, vendor, old));
        assertThat(server.requests()).hasSize(2);
        clock.advance(SigningKeys.OUTAGE);
        assertThat(rejected(assess(mechanism, vendor, old))).satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(refusal.detail())
                    .startsWith("the signer's keys cannot be fetched: ")
                    .contains("503");
        });
        server.setDown(false);
        clock.advance(SigningKeys.PAUSE.plusSeconds(1));
        accepted(assess(mechanism, vendor, old));
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void aRedirectIsNotFollowed(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        server.publish("/elsewhere", vendor == Vendor.ALB ? old.pem() : old.jwks());
        server.publish("/jwks", server.address("/elsewhere"));
        server.publish("/alb/old", server.address("/elsewhere"));
        assertThat(rejected(assess(mechanism, vendor, old)).reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(server.requests()).doesNotContain("/elsewhere");
    }

    @ParameterizedTest
    @EnumSource(names = {"POMERIUM", "ALB"})
    void whatIsNoKeyIsNotTaken(Vendor vendor) throws Exception {
        AssertionMechanism mechanism = mechanism(vendor);
        for (String document : new String[] {
            "{}", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "<html>", "x".repeat(300_000)
        }) {
            server.publish("/jwks", document);
            server.publish("/alb/old", document);
            assertThat(rejected(assess(mechanism, vendor, old)).reason()).isEqualTo(Reason.UNAVAILABLE);
            clock.advance(Duration.ofMinutes(2));
        }
    }
}
