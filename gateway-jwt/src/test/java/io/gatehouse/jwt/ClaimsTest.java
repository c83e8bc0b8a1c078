package io.gatehouse.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.formats.signin.RejectedException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What rules may ask about a token: everything, or nobody signs in. */
class ClaimsTest {
    private static Map<String, Set<String>> forRules(String json) throws ParseException, RejectedException {
        return new Claims(JWTClaimsSet.parse(json), Map.of()).forRules();
    }

    private static String many(int number) {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < number; i++) {
            json.append("\"a").append(i).append("\":\"x\",");
        }
        return json.append("\"employment\":\"leaving\"}").toString();
    }

    @Test
    void noClaimIsPushedOutByOthers() throws Exception {
        assertThat(forRules(many(1000))).hasSize(1001).containsEntry("employment", Set.of("leaving"));
        assertThatThrownBy(() -> forRules(many(5000)))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("claims of more than 4096 values");
    }

    @Test
    void noValueIsPushedOutByOthers() throws Exception {
        List<String> roles = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            roles.add("\"role" + i + "\"");
        }
        assertThat(forRules("{\"roles\":" + roles + "}").get("roles"))
                .hasSize(500)
                .contains("role499");
        String longest = "y".repeat(257);
        assertThat(forRules("{\"roles\":[\"" + longest + "\",\"leaving\",null,{\"a\":1},[2]]}"))
                .containsExactly(Map.entry("roles", Set.of("leaving")));
    }

    @Test
    void textThatIsTooMuchRefusesTheSignIn() {
        String[] texts = new String[300];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = "\"" + i + "z".repeat(240) + "\"";
        }
        assertThatThrownBy(() -> forRules("{\"roles\":" + Arrays.toString(texts) + "}"))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("65536 characters");
    }

    @Test
    void objectsHavePathsAndAnEnd() throws Exception {
        assertThat(forRules("{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":\"deep\"}}}}}}"))
                .containsExactly(Map.entry("a.b.c.d.e.f", Set.of("deep")));
        assertThat(forRules("{\"a.b\":\"leaving\",\"a\":{\"b\":\"active\"}}"))
                .containsExactly(Map.entry("a.b", Set.of("leaving", "active")));
        String json = "{\"a\":".repeat(20) + "1" + "}".repeat(20);
        assertThatThrownBy(() -> forRules(json))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("more than 16 objects inside one another");
    }

    @Test
    void numbersAndTruthValuesAreTheirText() throws Exception {
        assertThat(forRules("{\"level\":3,\"whole\":1e3,\"half\":0.50,\"ok\":true}"))
                .containsEntry("level", Set.of("3"))
                .containsEntry("whole", Set.of("1000"))
                .containsEntry("half", Set.of("0.5"))
                .containsEntry("ok", Set.of("true"));
    }
}
