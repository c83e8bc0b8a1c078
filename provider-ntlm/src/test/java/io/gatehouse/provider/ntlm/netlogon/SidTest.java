package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrReader;
import io.gatehouse.provider.ntlm.netlogon.rpc.NdrWriter;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidTest {
    private static final String DOMAIN_USERS =
            "05000000" + "0105000000000005" + "15000000" + "01000000" + "02000000" + "ffffffff" + "01020000";

    private static Sid read(String hex) throws MalformedException {
        return Sid.read(new NdrReader(HexFormat.of().parseHex(hex)));
    }

    @Test
    void textIsTheOneThatPeopleWrite() throws Exception {
        assertThat(read(DOMAIN_USERS)).hasToString("S-1-5-21-1-2-4294967295-513");
        assertThat(read("00000000" + "0100000000000001")).hasToString("S-1-1");
        assertThat(read("00000000" + "0100010000000001")).hasToString("S-1-0x010000000001");
    }

    @Test
    void whatIsWrittenIsWhatWasRead() throws Exception {
        NdrWriter writer = new NdrWriter();
        read(DOMAIN_USERS).write(writer);

        assertThat(HexFormat.of().formatHex(writer.toByteArray())).isEqualTo(DOMAIN_USERS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05000000" + "0205000000000005" + "0000000000000000000000000000000000000000", // revision 2
                "05000000" + "0104000000000005" + "0000000000000000000000000000000000000000", // 5 parts or 4
                "10000000" + "0110000000000005" + "00", // too many
                "05000000" + "0105000000000005" + "15000000" // cut off
            })
    void brokenOnesAreMalformed(String hex) {
        assertThatThrownBy(() -> read(hex)).isInstanceOf(MalformedException.class);
    }

    @Test
    void accountsAreOfTheirDomain() throws Exception {
        Sid domain = new Sid(5, List.of(21L, 1L, 2L, 3L));

        assertThat(domain.account(1103)).hasToString("S-1-5-21-1-2-3-1103");
        assertThat(domain.account(1103).rid()).isEqualTo(1103);
        assertThat(domain.account(1103).isOfDomain()).isTrue();
        assertThat(new Sid(5, List.of(32L, 544L)).isOfDomain()).isFalse();
        assertThat(new Sid(18, List.of(21L)).isOfDomain()).isFalse();
        assertThatThrownBy(() -> new Sid(5, Collections.nCopies(15, 1L)).account(1))
                .isInstanceOf(MalformedException.class);
    }
}
