package io.gatehouse.core.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.net.AddressLiteral;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind the trusted proxies 10.x.x.x and fd00::1. */
class ForwardedChainTest {
    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("10.0.0.1");

    private static boolean trusted(InetAddress address) {
        String text = AddressLiteral.text(address);
        return text.startsWith("10.") || text.equals("fd00::1");
    }

    private static String client(ForwardedChain chain) {
        return AddressLiteral.text(chain.client(NEIGHBOUR, ForwardedChainTest::trusted));
    }

    private static List<String> lines(String text) {
        return text == null ? List.of() : Arrays.asList(text.split("\\|", -1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "none", textBlock = """
            none                                       ! 10.0.0.1
            203.0.113.9                                ! 203.0.113.9
            6.6.6.6, 203.0.113.9                       ! 203.0.113.9
            6.6.6.6, 203.0.113.9, 10.0.0.2             ! 203.0.113.9
            6.6.6.6|203.0.113.9|10.0.0.2               ! 203.0.113.9
            [2001:db8::1]:4711                         ! 2001:db8::1
            2001:db8::1, fd00::1                       ! 2001:db8::1
            ::ffff:203.0.113.9                         ! 203.0.113.9
            203.0.113.9:4711                           ! 203.0.113.9
            unknown                                    ! 10.0.0.1
            203.0.113.9, unknown, 10.0.0.3             ! 10.0.0.3
            203.0.113.9, , 10.0.0.3                    ! 10.0.0.3
            10.0.0.9, 10.0.0.3                         ! 10.0.0.9
            0x7f000001                                 ! 10.0.0.1
            203.0.113.009                              ! 10.0.0.1
            [203.0.113.9:1                             ! 10.0.0.1
            """)
    void theRightMostStrangerOfForwardedForIsTheClient(String header, String client) {
        assertThat(client(ForwardedChain.ofForwardedFor(lines(header)))).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', nullValues = "none", quoteCharacter = '`', textBlock = """
            none                                                     ! 10.0.0.1
            for=203.0.113.9                                          ! 203.0.113.9
            For=203.0.113.9;proto=https;by=10.0.0.1                  ! 203.0.113.9
            for="203.0.113.9"                                        ! 203.0.113.9
            for="203.0.113.9:4711"                                   ! 203.0.113.9
            for=203.0.113.9:4711                                     ! 203.0.113.9
            for="[2001:db8:cafe::17]:4711"                           ! 2001:db8:cafe::17
            for="[2001:db8:cafe::17]:_port"                          ! 2001:db8:cafe::17
            for=[2001:db8::1]                                        ! 2001:db8::1
            for="[2001:db8::1]", for="[fd00::1]:443"                 ! 2001:db8::1
            for=6.6.6.6, for=203.0.113.9, for=10.0.0.2               ! 203.0.113.9
            for=6.6.6.6|for=203.0.113.9 ; proto=http|for=10.0.0.2    ! 203.0.113.9
            for=unknown                                              ! 10.0.0.1
            for=_hidden, for=10.0.0.3                                ! 10.0.0.3
            for=203.0.113.9, for=_SEVKISEK, for=10.0.0.3             ! 10.0.0.3
            for=203.0.113.9, proto=https, for=10.0.0.3               ! 10.0.0.3
            for=203.0.113.9,, , for=10.0.0.3                         ! 203.0.113.9
            for="203.0.113\\.9"                                      ! 203.0.113.9
            x="a,b;for=6.6.6.6";for=203.0.113.9                      ! 203.0.113.9
            host="for=6.6.6.6, for=6.6.6.6", for=203.0.113.9         ! 203.0.113.9
            for=""                                                   ! 10.0.0.1
            """)
    void theRightMostStrangerOfForwardedIsTheClient(String header, String client) {
        assertThat(ForwardedChain.ofForwarded(lines(header)).map(ForwardedChainTest::client))
                .contains(client);
    }

    /** What proxies append, without a look at what is there already. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "for=\"",
                "for=6.6.6.6, for=\"",
                "for=6.6.6.6;x=\"",
                "for=6.6.6.6;x=\"\\",
                "for=6.6.6.6\"",
                "for",
                "for=",
                "for=;",
                "=6.6.6.6",
                "for=6.6.6.6;for=6.6.6.7",
                "for=6.6.6.6;FOR=6.6.6.7",
                "for=6.6.6.6 for=6.6.6.7",
                "for= 6.6.6.6",
                "for =6.6.6.6",
                "for=6.6.6.6;",
                "for=\u00e9"
            })
    void aClientThatBreaksTheLineIsNotBelievedToBeAnybody(String byClient) {
        for (String byProxy :
                List.of("for=203.0.113.9", "for=\"[2001:db8::1]:4711\"", "for=203.0.113.9;by=\"[fd00::1]\"")) {
            assertThat(ForwardedChain.ofForwarded(List.of(byClient + ", " + byProxy)))
                    .as(byProxy)
                    .isEmpty();
            assertThat(ForwardedChain.ofForwarded(List.of(byClient, byProxy)))
                    .as(byProxy)
                    .isEmpty();
        }
    }

    /** Traefik says {@code wss} for WebSockets. */
    @ParameterizedTest
    @CsvSource(nullValues = "none", quoteCharacter = '`', delimiter = '!', textBlock = """
            none        ! true
            https       ! true
            HTTPS       ! true
            wss         ! true
            http, wss   ! true
            http|wss    ! true
            ``          ! true
            ` `         ! true
            http        ! false
            ws          ! false
            wss, http   ! false
            wss,ws      ! false
            tcp         ! false
            """)
    void aClientCameWithTlsWhenTheLastProxySaysSoOrNothing(String protocols, boolean encrypted) {
        assertThat(ForwardedChain.ofForwardedFor(List.of("203.0.113.9"), lines(protocols))
                        .isEncrypted())
                .isEqualTo(encrypted);
    }

    @ParameterizedTest
    @CsvSource({"https,true", "wss,true", "WSS,true", "http,false", "ws,false"})
    void forwardedSaysTheSame(String protocol, boolean encrypted) {
        assertThat(ForwardedChain.ofForwarded(List.of("for=203.0.113.9;proto=" + protocol))
                        .map(ForwardedChain::isEncrypted))
                .contains(encrypted);
        assertThat(ForwardedChain.ofForwarded(List.of("for=203.0.113.9;proto=\"\""))
                        .map(ForwardedChain::isEncrypted))
                .contains(true);
    }

    @Test
    void theLastProxySaysWhatItsVisitorSpoke() {
        assertThat(ForwardedChain.ofForwarded(List.of("for=6.6.6.6;proto=https, for=203.0.113.9;proto=HTTP"))
                        .flatMap(ForwardedChain::protocol))
                .contains("HTTP");
        assertThat(ForwardedChain.ofForwarded(List.of("for=6.6.6.6;proto=https, for=203.0.113.9"))
                        .flatMap(ForwardedChain::protocol))
                .isEqualTo(Optional.empty());
    }
}
