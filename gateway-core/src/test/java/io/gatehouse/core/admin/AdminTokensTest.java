package io.gatehouse.core.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminTokensTest {
    private static final Instant MADE = Instant.parse("2026-11-29T12:00:00Z");
    /** SHA-256 of {@code gha_secret}, by sha256sum. */
    private static final String HASH = "de109ff5e260a039e42e8c894b92ce746635a6ddfcf32b29a5263930c6aa24b4";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theFileHasHashesAndATokenFindsItsEntry() {
        AdminTokens tokens = AdminTokens.NONE
                .with("ops", AdminRole.OPERATOR, MADE, Secret.ofText("gha_secret"))
                .orElseThrow()
                .with("wall", AdminRole.VIEWER, MADE, Secret.ofText("gha_other"))
                .orElseThrow();

        assertThat(tokens.text()).contains("ops:operator:2026-11-29T12:00:00Z:" + HASH + "\n");
        assertThat(tokens.text()).doesNotContain("secret");
        assertThat(AdminTokens.parse(bytes(tokens.text()))).isEqualTo(Parsed.valid(tokens));
        assertThat(tokens.find(Secret.ofText("gha_secret")))
                .contains(new AdminTokens.Entry("ops", AdminRole.OPERATOR, MADE, HASH));
        assertThat(tokens.find(Secret.ofText("gha_secreT"))).isEmpty();
        assertThat(tokens.without("ops").find(Secret.ofText("gha_secret"))).isEmpty();
    }

    @Test
    void aNameIsGivenOnce() {
        AdminTokens tokens = AdminTokens.NONE
                .with("ops", AdminRole.ADMIN, MADE, Secret.ofText("one"))
                .orElseThrow();

        assertThat(tokens.with("ops", AdminRole.ADMIN, MADE, Secret.ofText("two")))
                .isEqualTo(Optional.empty());
        assertThat(AdminTokens.parse(bytes(tokens.text() + tokens.text()))).isInstanceOf(Parsed.Faulty.class);
    }

    @Test
    void newTokensDiffer() {
        Secret one = AdminTokens.generate(new SecureRandom());

        assertThat(one).isNotEqualTo(AdminTokens.generate(new SecureRandom()));
        assertThat(new String(one.bytes(), StandardCharsets.US_ASCII)).matches("gha_[A-Za-z0-9_-]{43}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ops",
                "ops:operator",
                "ops:operator:2026-11-29T12:00:00Z",
                "ops:root:2026-11-29T12:00:00Z:" + HASH,
                "ops:operator:noon:" + HASH,
                "ops:operator:2026-11-29T12:00:00Z:" + HASH + "0",
                "o p:operator:2026-11-29T12:00:00Z:" + HASH,
                ":operator:2026-11-29T12:00:00Z:" + HASH
            })
    void brokenLinesAreRefused(String line) {
        assertThat(AdminTokens.parse(bytes("# a comment\n\n" + line)))
                .isEqualTo(Parsed.faulty("line 3 (expected NAME:ROLE:TIME:HASH)"));
    }

    @Test
    void aRoleIncludesThoseBelow() {
        assertThat(List.of(AdminRole.values()))
                .extracting(AdminRole::label)
                .containsExactly("viewer", "operator", "admin");
        assertThat(AdminRole.OPERATOR.includes(AdminRole.VIEWER)).isTrue();
        assertThat(AdminRole.OPERATOR.includes(AdminRole.OPERATOR)).isTrue();
        assertThat(AdminRole.OPERATOR.includes(AdminRole.ADMIN)).isFalse();
    }
}
