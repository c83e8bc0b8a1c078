package io.gatehouse.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.text.Parsed;
import java.nio.charset.StandardCharsets;

/** Whatever a client asks for, a name that is accepted is harmless text and its own normal form. */
class TargetNameFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void acceptedNameIsItsOwnNormalForm(byte[] bytes) {
        if (TargetName.parse(new String(bytes, StandardCharsets.UTF_8))
                instanceof Parsed.Valid<TargetName>(TargetName name)) {
            assertThat(name.host()).hasSizeBetween(1, 253).matches("[a-z0-9._-]+|[0-9a-f:]+");
            assertThat(TargetName.parse(name.host())).isEqualTo(new Parsed.Valid<>(name));
        }
    }
}
