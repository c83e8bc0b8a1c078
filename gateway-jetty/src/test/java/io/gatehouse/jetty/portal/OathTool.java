package io.gatehouse.jetty.portal;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Debian's {@code oathtool} as the authenticator app of tests: what computes the codes is not what checks them. */
final class OathTool {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private OathTool() {}

    static void assume() {
        RequiredTools.assume("oathtool");
    }

    /** The code that an app shows at {@code time}. */
    static String code(TestFolder folder, String secret, Instant time) {
        return Command.of("oathtool", "--totp", "--base32", "--now", TIME.format(time), secret)
                .runOrThrow(folder)
                .strip();
    }
}
