package io.gatehouse.provider.header;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Outcome;
import io.gatehouse.formats.text.PrintableText;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;

/** Whatever stands in the header is refused in words that can be logged, before any key is asked for. */
class AssertionsFuzzTest {
    /** Nothing listens there, and nothing is asked for: the issuer of what is made up is never right. */
    private static final AssertionMechanism SIGNED = mechanism(Vendor.ALB.table("http://127.0.0.1:9"));

    private static final AssertionMechanism PLAIN = mechanism("""
            [auth.header.plain]
            user = "Remote-User"
            groups = "Remote-Groups"
            email = "Remote-Email"
            local-users = true
            domains = ["CORP"]
            """);

    private static AssertionMechanism mechanism(String table) {
        try {
            return Providers.mechanisms(table, Clock.systemUTC()).getFirst();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void refusesInWords(String assertion) {
        Outcome.Rejected refusal = Providers.rejected(SIGNED.assess(Requests.fromProxy(Vendor.ALB.header, assertion)));
        assertThat(refusal.detail()).isNotBlank().hasSizeLessThan(2048);
        assertThat(refusal.detail().codePoints()).allMatch(PrintableText::isPrintable);
    }

    @FuzzTest
    void everyTextIsRefusedInWords(byte[] text) {
        refusesInWords(new String(text, StandardCharsets.ISO_8859_1));
    }

    @FuzzTest
    void everyHeaderAndPayloadIsRefusedInWords(byte[] json) {
        Base64.Encoder encoder = Base64.getUrlEncoder();
        int half = json.length / 2;
        refusesInWords(encoder.encodeToString(Arrays.copyOf(json, half)) + "."
                + encoder.encodeToString(Arrays.copyOfRange(json, half, json.length)) + ".AAAA");
        refusesInWords(encoder.encodeToString("{\"alg\":\"ES256\",\"kid\":\"k\"}".getBytes(StandardCharsets.UTF_8))
                + "." + encoder.encodeToString(json) + ".AAAA");
    }

    @FuzzTest
    void everyPlainHeaderIsRefusedOrAName(byte[] text) {
        String value = new String(text, StandardCharsets.ISO_8859_1);
        Outcome outcome = PLAIN.assess(
                        Requests.fromProxy("Remote-User", value, "Remote-Groups", value, "Remote-Email", value))
                .orElseThrow();
        switch (outcome) {
            case Outcome.Rejected refusal -> {
                assertThat(refusal.detail()).isNotBlank();
                assertThat(refusal.detail().codePoints()).allMatch(PrintableText::isPrintable);
            }
            case Outcome.Accepted(var identity, var _) -> {
                assertThat(identity.user()).isNotBlank().doesNotContain("@", "\\");
                assertThat(identity.user().codePoints()).allMatch(PrintableText::isPrintable);
            }
        }
    }
}
