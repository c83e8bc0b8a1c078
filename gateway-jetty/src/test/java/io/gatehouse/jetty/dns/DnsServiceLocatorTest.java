package io.gatehouse.jetty.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;

/** RFC 2782 with a name server that answers on the loopback interface. */
@Timeout(60)
class DnsServiceLocatorTest {
    private static final String NAME = "_kerberos._tcp.ad.test";

    private DnsServer dns;
    private DnsServiceLocator locator;

    @BeforeEach
    void start() throws Exception {
        dns = new DnsServer();
        locator = new DnsServiceLocator(new SimpleResolver(dns.address()));
    }

    @AfterEach
    void stop() throws Exception {
        dns.close();
    }

    private List<String> located(String name) {
        return locator.locate(name).stream().map(InetSocketAddress::toString).toList();
    }

    @Test
    void serversComeByPriorityAndThenByWeight() throws Exception {
        dns.srv(NAME, "10 1 88 backup.ad.test.")
                .srv(NAME, "0 10 88 light.ad.test.")
                .srv(NAME, "0 90 1088 heavy.ad.test.");
        assertThat(located(NAME))
                .containsExactly(
                        "heavy.ad.test/<unresolved>:1088",
                        "light.ad.test/<unresolved>:88",
                        "backup.ad.test/<unresolved>:88");
    }

    @Test
    void nameMayBeInAnyCase() throws Exception {
        dns.srv(NAME, "0 100 88 dc1.ad.test.");
        assertThat(located("_KERBEROS._tcp.AD.TEST")).containsExactly("dc1.ad.test/<unresolved>:88");
    }

    /** RFC 2782: the target "." says that there is decidedly no such service. */
    @Test
    void serviceThatIsDecidedlyNotThereHasNoServers() throws Exception {
        dns.srv(NAME, "0 0 0 .");
        assertThat(located(NAME)).isEmpty();
    }

    @Test
    void recordsWithoutAPortAreLeftOut() throws Exception {
        dns.srv(NAME, "0 0 0 dc1.ad.test.").srv(NAME, "1 0 88 dc2.ad.test.");
        assertThat(located(NAME)).containsExactly("dc2.ad.test/<unresolved>:88");
    }

    @Test
    void unknownNameHasNoServers() {
        assertThat(located(NAME)).isEmpty();
        assertThat(dns.questions()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.SERVFAIL, Rcode.REFUSED})
    void errorsOfTheNameServerMeanNoServers(int code) throws Exception {
        dns.srv(NAME, "0 100 88 dc1.ad.test.");
        dns.fail(code);
        assertThat(located(NAME)).isEmpty();
    }

    @Test
    void answerThatFitsIntoNoDatagramIsFetchedByTcpAndCut() throws Exception {
        for (int i = 0; i < 40; i++) {
            dns.srv(NAME, i + " 0 88 a-domain-controller-with-a-long-name-" + i + ".ad.test.");
        }
        assertThat(located(NAME))
                .containsExactlyElementsOf(IntStream.range(0, 32)
                        .mapToObj(i -> "a-domain-controller-with-a-long-name-" + i + ".ad.test/<unresolved>:88")
                        .toList());
    }

    @Test
    void recordsAreNotKept() throws Exception {
        dns.srv(NAME, "0 100 88 dc1.ad.test.");
        assertThat(located(NAME)).hasSize(1);
        dns.srv(NAME, "0 50 88 dc2.ad.test.");
        assertThat(located(NAME)).hasSize(2);
    }

    @Test
    void nameServerThatIsSilentIsNotWaitedForLong() {
        dns.fallSilent();
        long start = System.nanoTime();
        assertThat(located(NAME)).isEmpty();
        assertThat((System.nanoTime() - start) / 1e9).isBetween(1.5, 8.0);
    }

    /** From configuration only, but all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a..b", "_kerberos._tcp.\u00fcnfug\u0000", "x\\256y"})
    void nameThatIsNoneHasNoServers(String name) {
        assertThat(located(name)).isEmpty();
    }

    @Test
    void overlongNameHasNoServers() {
        assertThat(located("_kerberos._tcp." + "a".repeat(64) + ".test")).isEmpty();
        assertThat(located("_kerberos._tcp." + "abcdefgh.".repeat(40) + "test")).isEmpty();
    }
}
