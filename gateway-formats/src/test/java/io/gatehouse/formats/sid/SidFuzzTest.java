package io.gatehouse.formats.sid;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Bytes and text of a security identifier mean each other, and nothing else means it. */
class SidFuzzTest {
    @FuzzTest
    void everySidHasOneText(byte[] bytes) {
        Sid.of(bytes).ifPresent(sid -> {
            assertThat(sid.bytes()).isEqualTo(bytes);
            assertThat(Sid.parse(sid.toString())).contains(sid);
        });
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        Sid.parse(text).ifPresent(sid -> assertThat(sid.toString()).isEqualToIgnoringCase(text));
    }
}
