package io.gatehouse.core.portal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SealedSignInsTest {
    private long now = Long.MAX_VALUE - 1_000; // where the clock of the machine goes over, too
    private final MonotonicClock clock = () -> now;
    private final SealedSignIns signIns = new SealedSignIns(clock, new SecureRandom());
    private final Secret kept = Secret.ofText("state nonce verifier");

    @Test
    void whatWasSealedComesBackOnce() {
        String sealed = signIns.seal("sso", "state-1", kept, "/desktops?q=a");
        SealedSignIns.Away away = signIns.open(sealed, "sso", "state-1").orElseThrow();
        assertThat(away.kept()).isEqualTo(kept);
        assertThat(away.returnTo()).isEqualTo("/desktops?q=a");
        assertThat(signIns.take(away)).isTrue();
        assertThat(signIns.take(signIns.open(sealed, "sso", "state-1").orElseThrow()))
                .isFalse();
    }

    @Test
    void itBelongsToOneMechanismAndOneState() {
        String sealed = signIns.seal("sso", "state-1", kept, "/");
        assertThat(signIns.open(sealed, "other", "state-1")).isEmpty();
        assertThat(signIns.open(sealed, "sso", "state-2")).isEmpty();
        assertThat(signIns.open(sealed, "sso", "")).isEmpty();
    }

    @Test
    void itEndsAfterTenMinutes() {
        String sealed = signIns.seal("sso", "s", kept, "/");
        assertThat(signIns.left(sealed)).hasValue(Duration.ofMinutes(10).toNanos());
        now += Duration.ofMinutes(10).toNanos() - 1;
        assertThat(signIns.open(sealed, "sso", "s")).isPresent();
        now += 1;
        assertThat(signIns.open(sealed, "sso", "s")).isEmpty();
        assertThat(signIns.left(sealed)).isEmpty();
    }

    @Test
    void nothingElseIsOpened() throws Exception {
        String sealed = signIns.seal("sso", "s", kept, "/");
        assertThat(new SealedSignIns(clock, new SecureRandom()).open(sealed, "sso", "s"))
                .isEmpty();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .claim("way", "sso")
                .claim("state", "s")
                .claim("kept", "")
                .claim("back", "/")
                .jwtID("1")
                .build();
        EncryptedJWT foreign = new EncryptedJWT(new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM), claims);
        foreign.encrypt(new DirectEncrypter(new byte[32]));
        EncryptedJWT packed = new EncryptedJWT(
                new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                        .compressionAlgorithm(CompressionAlgorithm.DEF)
                        .build(),
                claims);
        packed.encrypt(new DirectEncrypter(new byte[32]));
        char last = sealed.charAt(sealed.length() - 2);
        String changed = sealed.substring(0, sealed.length() - 2)
                + (last == 'A' ? 'B' : 'A')
                + sealed.charAt(sealed.length() - 1);
        for (String other : List.of(
                "",
                "....",
                changed,
                sealed.substring(0, sealed.length() - 4),
                "a".repeat(SealedSignIns.LONGEST + 1),
                new PlainJWT(claims).serialize(),
                foreign.serialize(),
                packed.serialize())) {
            assertThat(signIns.open(other, "sso", "s")).isEmpty();
        }
        assertThat(signIns.open(sealed, "sso", "s")).isPresent();
    }

    @Test
    void itIsShortAndSaysNothing() {
        String sealed = signIns.seal("keycloak", "s".repeat(43), Secret.of(new byte[131]), "/" + "a".repeat(511));
        assertThat(sealed).hasSizeLessThan(2000).doesNotContain("keycloak").matches("[A-Za-z0-9_.-]+");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> signIns.seal("sso", "s", Secret.of(new byte[4000]), "/"))
                .withMessageContaining("(expected at most 3800)");
    }
}
