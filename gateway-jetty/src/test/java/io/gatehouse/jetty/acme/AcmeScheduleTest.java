package io.gatehouse.jetty.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcmeScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private static X509Certificate certificate(Instant begin, Duration life) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        X500Name name = new X500Name("CN=gw.example.com");
        var builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(begin), Date.from(begin.plus(life)), name, pair.getPublic());
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    private static Instant next(AcmeHistory history) {
        return AcmeSchedule.next(Optional.empty(), Optional.empty(), history, 0, NOW);
    }

    @Test
    void theFirstCertificateIsAskedForAtOnce() {
        assertThat(next(AcmeHistory.NONE)).isEqualTo(NOW);
    }

    @ParameterizedTest
    @CsvSource({"90, 0, 60", "90, 1, 57", "6, 0, 4", "45, 0, 30"})
    void aThirdOfTheLifeIsLeftWhenItIsRenewed(int days, double chance, int after) throws Exception {
        Optional<X509Certificate> present = Optional.of(certificate(NOW, DAY.multipliedBy(days)));
        assertThat(AcmeSchedule.next(present, Optional.empty(), AcmeHistory.NONE, chance, NOW))
                .isEqualTo(NOW.plus(DAY.multipliedBy(after)));
    }

    /** RFC 9773: a certificate that was issued wrongly is to be replaced at once. */
    @Test
    void theServerCanSuggestAnotherMomentButNotOneThatIsTooLate() throws Exception {
        Optional<X509Certificate> present = Optional.of(certificate(NOW, DAY.multipliedBy(80)));
        assertThat(AcmeSchedule.next(present, Optional.of(NOW.plus(DAY)), AcmeHistory.NONE, 0, NOW))
                .isEqualTo(NOW.plus(DAY));
        assertThat(AcmeSchedule.next(present, Optional.of(NOW.plus(DAY.multipliedBy(79))), AcmeHistory.NONE, 0, NOW))
                .isEqualTo(NOW.plus(DAY.multipliedBy(70)));
    }

    @Test
    void failuresInARowAreFurtherAndFurtherApart() {
        AcmeHistory history = AcmeHistory.NONE;
        Instant at = NOW;
        for (int minutes : new int[] {15, 30, 60, 120, 240, 480, 480}) {
            history = history.attempted(at).failed("why", Optional.empty());
            Instant next = AcmeSchedule.next(Optional.empty(), Optional.empty(), history, 0, at);
            assertThat(Duration.between(at, next).toMinutes()).isEqualTo(minutes);
            at = next;
        }
        assertThat(AcmeSchedule.pause(1_000_000, 1)).isLessThan(Duration.ofHours(10));
    }

    /** Let's Encrypt takes five failed validations of a name in an hour. */
    @Test
    void noImpatienceAndNoRestartMakesMoreThanFourAttemptsInAnHour() {
        AcmeHistory history = AcmeHistory.NONE;
        for (int i = 0; i < 4; i++) {
            assertThat(next(history)).isEqualTo(NOW);
            history = AcmeHistory.parse(history.attempted(NOW.minusSeconds(240 - i * 60))
                            .failed("why", Optional.empty())
                            .text())
                    .forgiven();
        }
        assertThat(next(history)).isEqualTo(NOW.minusSeconds(240).plus(Duration.ofHours(1)));
    }

    /** A service that ends and is started again and again begins with an attempt each time. */
    @Test
    void noMoreThanTwentyAttemptsAreMadeInADay() {
        AcmeHistory history = AcmeHistory.NONE;
        for (int i = 20; i > 0; i--) {
            history = history.attempted(NOW.minus(Duration.ofHours(i)))
                    .failed("why", Optional.empty())
                    .forgiven();
        }
        assertThat(next(history)).isEqualTo(NOW.plus(Duration.ofHours(4)));
    }

    /** Let's Encrypt issues five certificates for the same names in a week. */
    @Test
    void certificatesThatCannotBeUsedAreNotAskedForAgainAndAgain() {
        AcmeHistory history = AcmeHistory.NONE;
        for (int day = 4; day > 0; day--) {
            Instant then = NOW.minus(DAY.multipliedBy(day));
            history = history.attempted(then).ordered(then).succeeded("https://acme.example.com/");
        }
        assertThat(next(history)).isEqualTo(NOW.plus(DAY.multipliedBy(3)));
    }

    @Test
    void aServerThatAsksToWaitIsObeyedForAWeekAtMost() {
        AcmeHistory history = AcmeHistory.NONE.attempted(NOW).failed("why", Optional.of(NOW.plus(DAY)));
        assertThat(next(history.forgiven())).isEqualTo(NOW.plus(DAY));
        AcmeHistory absurd = AcmeHistory.NONE.attempted(NOW).failed("why", Optional.of(Instant.MAX));
        assertThat(next(absurd)).isEqualTo(NOW.plus(DAY.multipliedBy(7)));
        Instant later = NOW.plus(DAY.multipliedBy(6));
        assertThat(AcmeSchedule.next(Optional.empty(), Optional.empty(), absurd, 0, later))
                .as("it does not begin anew each time that one looks")
                .isEqualTo(NOW.plus(DAY.multipliedBy(7)));
    }

    /** step-ca issues for a day, if nobody configures it otherwise. */
    @ParameterizedTest
    @CsvSource({"24", "60", "144", "1080"})
    void certificatesOfAnyLifeAreRenewedBeforeTheyEnd(int hours) throws Exception {
        Duration life = Duration.ofHours(hours);
        AcmeHistory history = AcmeHistory.NONE;
        Instant at = NOW;
        for (int i = 0; i < 12; i++) {
            history = history.attempted(at).ordered(at).issued(life).succeeded("https://ca.example.com/");
            Optional<X509Certificate> present = Optional.of(certificate(at, life));
            Instant end = at.plus(life);
            at = AcmeSchedule.next(present, Optional.empty(), history, 0, at);
            assertThat(at).as("renewal %d", i).isBefore(end);
        }
        // A gateway that was off while its certificate ended gets another one, too.
        Instant afterTheEnd = at.plus(life);
        assertThat(AcmeSchedule.next(Optional.empty(), Optional.empty(), history, 0, afterTheEnd))
                .isBeforeOrEqualTo(afterTheEnd);
    }

    @Test
    void aClockThatWasWrongOnceDoesNotStopRenewals() {
        Instant wrong = NOW.plus(DAY.multipliedBy(5000));
        AcmeHistory history = AcmeHistory.NONE;
        for (int i = 0; i < 4; i++) {
            history = history.attempted(wrong)
                    .ordered(wrong)
                    .failed("why", Optional.of(wrong.plus(DAY)))
                    .forgiven();
        }
        assertThat(next(history)).isEqualTo(NOW);
        assertThat(history.attempted(NOW).attempts()).containsExactly(NOW);
        // One that is put right by seconds forgets nothing.
        AcmeHistory recent = AcmeHistory.NONE.attempted(NOW.plusSeconds(5)).failed("why", Optional.empty());
        assertThat(next(recent)).isAfter(NOW);
    }

    @Test
    void theHistoryOutlivesARestartAndABrokenFileCountsAsNone() {
        AcmeHistory history = AcmeHistory.NONE
                .attempted(NOW)
                .ordered(NOW)
                .issued(DAY)
                .succeeded("https://acme.example.com/dir")
                .attempted(NOW.plus(DAY))
                .failed("why", Optional.of(NOW.plus(DAY.multipliedBy(2))));
        assertThat(AcmeHistory.parse(history.text())).isEqualTo(history);
        AcmeHistory hostile = AcmeHistory.NONE.failed("no\nissued 2026-01-01T00:00:00Z\n", Optional.empty());
        assertThat(AcmeHistory.parse(hostile.text()).issued()).isEmpty();
        assertThat(AcmeHistory.parse(hostile.text())).isEqualTo(hostile);
        assertThat(AcmeHistory.parse("failures many\nattempt yesterday\n\0\nissued\nlife long\nlife -PT1H"))
                .isEqualTo(AcmeHistory.NONE);
    }
}
