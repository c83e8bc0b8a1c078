package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;

/** Whatever stands in a controller's answer, it is understood or malformed. */
class NetlogonFuzzTest {
    private static final int SIGNATURE = 56;

    @FuzzTest
    void everyAnswerToALogonIsUnderstoodOrMalformed(byte[] bytes) {
        try {
            NetlogonCalls.Logon logon = NetlogonCalls.logon(bytes);
            assertThat(logon.info().isPresent() || !logon.status().isSuccess()).isTrue();
            logon.info().ifPresent(info -> {
                assertThat(info.user()).isNotBlank();
                assertThat(info.domain()).isNotBlank();
                assertThat(info.userSid().toString()).startsWith("S-1-");
                assertThat(info.sessionKey().bytes()).hasSize(16);
            });
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("\\P{Cntrl}{5,150}");
        }
    }

    @FuzzTest
    void everyAnswerToALookupIsUnderstoodOrMalformed(byte[] bytes) {
        try {
            LsaCalls.Names answer = LsaCalls.names(bytes, 3);
            assertThat(answer.names())
                    .hasSize(answer.isAnswer() ? 3 : answer.names().size());
            answer.names()
                    .forEach(name -> name.ifPresent(group -> {
                        assertThat(group.name()).isNotBlank().doesNotContain("\\");
                        assertThat(group.domain()).isNotBlank().doesNotContain("\\");
                    }));
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("\\P{Cntrl}{5,150}");
        }
    }

    @FuzzTest
    void noForeignSealIsOpened(byte[] bytes) {
        ChannelSeal seal = new ChannelSeal(Secret.of(new byte[16]), "ADTEST", "GW1", new SecureRandom());
        byte[] signature = Arrays.copyOf(bytes, Math.min(bytes.length, SIGNATURE));
        byte[] data = Arrays.copyOfRange(bytes, signature.length, bytes.length);
        try {
            seal.unseal(data, signature);
            throw new AssertionError("opened");
        } catch (MalformedException e) {
            assertThat(e).hasMessageMatching("\\P{Cntrl}{5,150}");
        }
    }
}
