package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a newcomer sees of {@code ./run}: every address that it prints works in a browser, and the desktop comes up. */
@Tag("desktop")
@Timeout(240)
class RunScriptIT {
    private static final Path SCRIPT = Path.of("..", "run").toAbsolutePath().normalize();
    private static final Duration START = Duration.ofMinutes(2);
    private static final Pattern ADDRESS = Pattern.compile("https://[^\\s]+:\\d+");
    private static final Pattern PASSWORD = Pattern.compile("  password +(\\S+)");
    private static final Pattern PICTURE = Pattern.compile("screenshot of the desktop.*: (\\S+\\.png)");
    /** The colour of the demo's background, which the gateway and the client have carried. */
    private static final int BACKGROUND = 0x225577;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private OwnProcess run(String... options) {
        List<String> command = new ArrayList<>(List.of(
                SCRIPT.toString(), "--port", String.valueOf(InstalledGateway.freePort()), "--address", "127.0.0.1"));
        command.addAll(List.of(options));
        return OwnProcess.startServer(folder, Map.of(), command);
    }

    private static String awaitOutput(OwnProcess process, String text) {
        assertThat(Wait.until(START, () -> process.output().contains(text) || !process.isAlive()))
                .as(process.report())
                .isTrue();
        assertThat(process.output()).contains(text);
        return process.output();
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(pattern.pattern()).isTrue();
        return matcher.group(1);
    }

    @Test
    void everyAddressThatIsPrintedTakesThePrintedPassword() {
        Chromium.assume();
        try (OwnProcess demo = run()) {
            String text = awaitOutput(demo, "who did what is in audit.jsonl there");
            List<String> addresses = ADDRESS.matcher(text)
                    .results()
                    .map(found -> found.group())
                    .distinct()
                    .toList();
            assertThat(addresses).isNotEmpty().anyMatch(address -> address.startsWith("https://localhost:"));
            for (String address : addresses) {
                try (Chromium browser = Chromium.with()
                        .trusting(SCRIPT.resolveSibling(".demo/certificate.pem"))
                        .start(folder)) {
                    browser.open(address);
                    browser.type("#user", "demo");
                    browser.type("#password", first(PASSWORD, text));
                    browser.click("main button");
                    browser.awaitAddress(address + "/desktops");
                    assertThat(browser.text()).contains("Demo desktop");
                }
            }
        }
    }

    @Test
    void withoutADisplayTheDesktopIsAScreenshot() throws IOException {
        RequiredTools.assumeDesktop();
        try (OwnProcess demo = run("--desktop")) {
            String text = awaitOutput(demo, "Ctrl-C ends everything.");
            BufferedImage picture = ImageIO.read(Path.of(first(PICTURE, text)).toFile());
            long background = 0;
            for (int y = 0; y < picture.getHeight(); y++) {
                for (int x = 0; x < picture.getWidth(); x++) {
                    if ((picture.getRGB(x, y) & 0xffffff) == BACKGROUND) {
                        background++;
                    }
                }
            }
            assertThat(background).isGreaterThan((long) picture.getWidth() * picture.getHeight() / 4);
        }
    }
}
