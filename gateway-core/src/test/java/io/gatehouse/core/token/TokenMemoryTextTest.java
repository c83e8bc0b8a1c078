package io.gatehouse.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.digest.Digests;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenMemoryTextTest {
    private static final PaaToken TOKEN = Samples.token("a \"b\"\n\u2028sha256 ", "session");
    private static final TokenMemory.Ended ENDED = new TokenMemory.Ended(
            Samples.NOW,
            Samples.NOW.plusMillis(1500),
            List.of(new TokenMemory.Gap(Samples.NOW, Samples.NOW.plusSeconds(1))),
            List.of(new TokenMemory.Used(
                    TOKEN.id(),
                    TOKEN.session(),
                    AccountNames.withoutGroups(TOKEN.identity()),
                    new Source(InetAddress.ofLiteral("2001:db8::1")),
                    TOKEN.issuedAt(),
                    TOKEN.expires(),
                    Samples.NOW,
                    Duration.ofMillis(1),
                    Samples.NOW,
                    Duration.ZERO,
                    3,
                    true,
                    false)),
            List.of(new TokenMemory.Mark("spent", Duration.ofHours(2))),
            List.of(new TokenMemory.Mark("sign-in", Duration.ofHours(1))),
            List.of(
                    new TokenMemory.RevokedUser(
                            AccountScope.atProvider(TOKEN.identity()), Samples.NOW, Duration.ofHours(2)),
                    new TokenMemory.RevokedUser(
                            AccountScope.everywhere(TOKEN.identity()), Samples.NOW, Duration.ofHours(2))));

    private static Parsed<TokenMemory> parse(String text) {
        return TokenMemoryText.parse(text);
    }

    private static String withSum(String content) {
        return content + "sha256 " + HexFormat.of().formatHex(Digests.sha256(content.getBytes(StandardCharsets.UTF_8)))
                + "\n";
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(parse(TokenMemoryText.write(ENDED))).isEqualTo(Parsed.valid(ENDED));
        TokenMemory running = new TokenMemory.Running("4711");
        assertThat(parse(TokenMemoryText.write(running))).isEqualTo(Parsed.valid(running));
    }

    @Test
    void aFileThatWasCutOrChangedAnywhereIsNotUsed() {
        String text = TokenMemoryText.write(ENDED);
        for (int i = 0; i < text.length(); i++) {
            assertThat(parse(text.substring(0, i))).as("cut at " + i).isInstanceOf(Parsed.Faulty.class);
            String changed = text.substring(0, i) + (char) (text.charAt(i) ^ 1) + text.substring(i + 1);
            assertThat(parse(changed)).as("changed at " + i).isInstanceOf(Parsed.Faulty.class);
        }
        assertThat(parse(text + text)).isInstanceOf(Parsed.Faulty.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}\n",
                "[]\n",
                "{\"kind\":\"running\"}\n",
                "{\"kind\":\"ended\",\"began\":\"today\",\"saved\":\"today\"}\n",
                "ENDED{\"kind\":\"other\"}\n",
                "ENDED{\"kind\":\"spent\",\"id\":1,\"left\":\"PT1S\"}\n",
                "ENDED{\"kind\":\"spent\",\"id\":\"a\",\"left\":\"PT-1S\"}\n",
                "ENDED{\"kind\":\"spent\",\"id\":\"a\",\"left\":\"PT999999999999S\"}\n",
                "ENDED{\"kind\":\"user\",\"key\":\"a\",\"domains\":[1]}\n",
                "ENDED{\"kind\":\"used\"}\n",
            })
    void linesThatAreNotOursAreNotUsed(String lines) {
        String ended = "{\"kind\":\"ended\",\"began\":\"2026-11-22T10:00:00Z\",\"saved\":\"2026-11-22T10:00:00Z\"}\n";
        assertThat(parse(withSum("gatehouse used tokens 1\n" + ended))).isInstanceOf(Parsed.Valid.class);
        assertThat(parse(withSum("gatehouse used tokens 1\n" + lines.replace("ENDED", ended))))
                .isInstanceOf(Parsed.Faulty.class);
        assertThat(parse(withSum("gatehouse used tokens 2\n" + ended))).isInstanceOf(Parsed.Faulty.class);
    }
}
