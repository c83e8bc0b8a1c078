package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;

/** No text that somebody makes up is a token. */
class PaaTokensFuzzTest {
    private static final PaaKeys KEYS = PaaKeys.generate(PaaKeys.Algorithm.HS256, new SecureRandom());
    private static final PaaTokens TOKENS = new PaaTokens(() -> KEYS, "gw.example.com", Clock.systemUTC());

    @FuzzTest
    void everyTextIsRefusedInWords(byte[] text) {
        assertThat(TOKENS.verify(new String(text, StandardCharsets.ISO_8859_1))).isInstanceOf(Parsed.Faulty.class);
    }

    @FuzzTest
    void everyKeyFileIsKeysOrAProblem(byte[] json) {
        switch (PaaKeys.parse(json)) {
            case Parsed.Valid<PaaKeys>(PaaKeys keys) -> assertThat(keys.ids()).isNotEmpty();
            case Parsed.Faulty<PaaKeys>(String problem) -> assertThat(problem).isNotEmpty();
        }
    }
}
