package io.gatehouse.core.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.core.forwarding.ProxyHeader.Complete;
import io.gatehouse.core.forwarding.ProxyHeader.Incomplete;
import io.gatehouse.core.forwarding.ProxyHeader.Malformed;
import io.gatehouse.core.forwarding.ProxyHeader.Reading;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** However a header is cut into packets, the answer is the same, and there is one in bounded memory. */
class ProxyHeaderFuzzTest {
    @FuzzTest
    void cutsDoNotMatter(byte[] bytes) {
        Reading whole = ProxyHeaderDecoder.read(ByteBuffer.wrap(bytes));
        if (bytes.length >= ProxyHeaderDecoder.LONGEST) {
            assertThat(whole).isNotEqualTo(new Incomplete());
        }
        int most = Math.min(bytes.length, ProxyHeaderDecoder.LONGEST);
        for (int length = 0; length <= most; length++) {
            Reading part = ProxyHeaderDecoder.read(ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
            switch (part) {
                case Incomplete() -> {
                    // More may come.
                }
                case Malformed ignored -> {
                    assertThat(whole).isInstanceOf(Malformed.class);
                    return;
                }
                case Complete(ProxyHeader header) -> {
                    assertThat(whole).isEqualTo(part);
                    assertThat(header.length()).isEqualTo(length);
                    return;
                }
            }
        }
        assertThat(whole).isInstanceOf(Incomplete.class);
    }
}
