package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenTest {
    private static final Token TOKEN = Token.of(new byte[] {1, 2, 3});

    @Test
    void tokensWithTheSameBytesAreEqual() {
        assertThat(TOKEN).isEqualTo(Token.of(new byte[] {1, 2, 3})).hasSameHashCodeAs(Token.of(new byte[] {1, 2, 3}));
        assertThat(TOKEN).isNotEqualTo(Token.of(new byte[] {1, 2, 4})).isNotEqualTo(Token.of(new byte[] {1, 2}));
        assertThat(TOKEN).isNotEqualTo("Token[3 bytes]");
    }

    @Test
    void hashCodeAndTextTellTheLengthAlone() {
        assertThat(TOKEN.hashCode()).isEqualTo(Token.of(new byte[] {7, 8, 9}).hashCode());
        assertThat(TOKEN).hasToString("Token[3 bytes]");
    }
}
