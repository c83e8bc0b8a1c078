package io.gatehouse.core.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        "::ffff:10.0.0.0/104, 10.9.9.9, true",
        "10.1.2.3, 10.1.2.3, true",
        "10.1.2.3, 10.1.2.4, false",
        "10.1.2.0/23, 10.1.3.255, true",
        "10.1.2.0/23, 10.1.4.0, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::, false",
        "::/0, 10.0.0.1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fe00::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, ::1, true",
    })
    void blockContainsTheAddressesWithItsPrefix(String block, String literal, boolean inside) {
        assertThat(parsed(block).contains(InetAddress.ofLiteral(literal))).isEqualTo(inside);
    }

    private static Cidr parsed(String block) {
        return switch (Cidr.parse(block)) {
            case Parsed.Valid<Cidr>(Cidr cidr) -> cidr;
            case Parsed.Faulty<Cidr>(String problem) -> throw new AssertionError(problem);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/33, '\"10.0.0.0/33\": prefix 33 (expected 0 to 32)'",
        "::ffff:10.0.0.0/8, '\"::ffff:10.0.0.0/8\": prefix 8 (expected 96 to 128)'",
        "::/129, '\"::/129\": prefix 129 (expected 0 to 128)'",
        "10.0.0.0/, '\"10.0.0.0/\": prefix \"\" (expected a number)'",
        "10.0.0.0/-1, '\"10.0.0.0/-1\": prefix \"-1\" (expected a number)'",
        "10.0.0.0/8/8, '\"10.0.0.0/8/8\": prefix \"8/8\" (expected a number)'",
        "fd00::1/8, '\"fd00::1/8\": the address has bits beyond the prefix (expected \"fd00::/8\")'",
        "10/8, '\"10/8\" (expected an address or a block such as 10.1.0.0/16 or fd00::/8)'",
    })
    void malformedBlockIsRefused(String block, String problem) {
        assertThat(Cidr.parse(block)).isEqualTo(new Parsed.Faulty<>(problem));
    }
}
