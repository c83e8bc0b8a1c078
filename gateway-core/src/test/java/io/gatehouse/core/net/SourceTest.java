package io.gatehouse.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8:0:1::1, 2001:db8:0:1:ffff::2, true",
        "2001:db8:0:1::1, 2001:db8:0:2::1, false",
        "::1, ::2, true",
        "::ffff:192.0.2.1, 192.0.2.1, true",
        "::ffff:192.0.2.1, ::1, false"
    })
    void addressesOfOneNetworkAreOneSource(String one, String other, boolean same) {
        assertThat(new Source(InetAddress.ofLiteral(one)).equals(new Source(InetAddress.ofLiteral(other))))
                .isEqualTo(same);
    }
}
