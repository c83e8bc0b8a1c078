package io.gatehouse.core.login;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Token;
import io.gatehouse.core.login.SpnegoToken.Init;
import io.gatehouse.core.login.SpnegoToken.Response;

/** Hostile bytes cause one exception only, and strict DER has one spelling of each answer. */
final class SpnegoTokenFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        try {
            switch (SpnegoToken.parse(Token.of(data))) {
                case Init init -> {
                    assertThat(init.mechTypes()).hasSizeBetween(1, 16);
                    assertThat(init.mechTypeList().length()).isLessThan(data.length);
                }
                case Response response -> assertThat(response.encode().bytes()).isEqualTo(data);
            }
        } catch (MalformedSpnegoException malformed) {
            assertThat(malformed.reason()).isNotBlank();
        }
    }
}
