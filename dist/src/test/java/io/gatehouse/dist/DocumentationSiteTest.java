package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.browser.ChromiumOptions;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.JavascriptExecutor;

/** The web site that {@code docs/build} makes: read from a folder, without a server and without the network. */
@Timeout(120)
class DocumentationSiteTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern TITLE = Pattern.compile("(?s)<title>\\s*(\\S.*?)\\s*</title>");
    /** What a browser loads by itself. */
    private static final Pattern LOADED = Pattern.compile(
            "<(?:script|img|iframe|source)[^>]* src=\"((?:https?:)?//[^\"]+)\"|<link[^>]* href=\"((?:https?:)?//[^\"]+)\"");
    /** Collects what a page reports, resources that cannot be loaded included. */
    private static final String COLLECT = """
            window.faults = [];
            addEventListener("error", event => faults.push(String(event.message || event.target.outerHTML)), true);
            addEventListener("unhandledrejection", event => faults.push(String(event.reason)));
            console.error = (...words) => faults.push(words.join(" "));
            """;

    private static TestFolder folder;
    private static Path site;

    @BeforeAll
    static void build() {
        RequiredTools.assumeFile(Path.of("/usr/share/sphinx"), "python3-sphinx python3-myst-parser furo");
        folder = new TestFolder();
        site = folder.fresh("site");
        Command.of(Path.of("../docs/build").toAbsolutePath().normalize().toString(), site.toString())
                .within(Duration.ofMinutes(1))
                .runOrThrow(folder);
    }

    @AfterAll
    static void remove() {
        Optional.ofNullable(folder).ifPresent(TestFolder::close);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(site)) {
            return files.filter(file -> file.toString().endsWith(".html")).toList();
        }
    }

    @Test
    void everyPageHasATitleAndLoadsNothingFromElsewhere() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path page : pages()) {
            String html = Files.readString(page);
            if (!TITLE.matcher(html).find()) {
                faults.add(page + " has no title");
            }
            LOADED.matcher(html).results().forEach(found -> faults.add(page + " loads " + found.group()));
        }
        assertThat(faults).isEmpty();
        assertThat(pages()).hasSizeGreaterThan(60);
    }

    private static Chromium browser(ChromiumOptions options) {
        Chromium.assume();
        Chromium browser = options.start(folder);
        browser.tell("Page.addScriptToEvaluateOnNewDocument", Map.of("source", COLLECT));
        return browser;
    }

    private static Object script(Chromium browser, String text) {
        return Optional.ofNullable(((JavascriptExecutor) browser.driver()).executeScript("return " + text))
                .orElse("");
    }

    @Test
    void theSearchFindsAnErrorCodeWithoutAServer() {
        try (Chromium browser = browser(Chromium.with())) {
            browser.open(site.resolve("search.html").toUri() + "?q=E_PROXY_RAP_ACCESSDENIED");
            assertThat(Wait.until(SOON, () -> browser.text().contains("Error codes")))
                    .as(browser.text())
                    .isTrue();
            assertThat(script(browser, "faults").toString()).isEqualTo("[]");
            browser.open(site.resolve("index.html").toUri().toString());
            browser.awaitAddress(site.resolve("docs/README.html").toUri().toString());
            assertThat(browser.text()).contains("Find a page by what you want to do");
            assertThat(script(browser, "faults").toString()).isEqualTo("[]");
        }
    }

    /** What an administrator types, and the page that is about it. */
    private static final Map<String, String> QUESTIONS = Map.ofEntries(
            Map.entry("0x3000008", "error-codes"),
            Map.entry("Keycloak logout", "auth-oidc"),
            Map.entry("certificate renew", "tls-certificates"),
            Map.entry("mstsc asks password again", "client-mstsc"),
            Map.entry("Cloudflare timeout", "quick-start-cloudflare"),
            Map.entry("approve on phone", "approval"),
            Map.entry("upgrade without dropping", "upgrading"),
            Map.entry("unknown key", "command-messages"),
            Map.entry("permissions 644", "command-messages"),
            Map.entry("no gateway runs", "command-messages"),
            Map.entry("block user", "sessions"),
            Map.entry("idle timeout", "rules"),
            Map.entry("Let's Encrypt", "tls-certificates"),
            Map.entry("backup", "upgrading"));

    @Test
    void thePageThatIsAboutAQuestionIsAmongTheFirstThree() {
        try (Chromium browser = browser(Chromium.with())) {
            List<String> missed = new ArrayList<>();
            QUESTIONS.forEach((question, page) -> {
                browser.open(site.resolve("search.html").toUri() + "?q="
                        + URLEncoder.encode(question, StandardCharsets.UTF_8));
                assertThat(Wait.until(SOON, () -> browser.text().contains("Search finished")))
                        .as(browser.text())
                        .isTrue();
                String found = script(
                                browser,
                                "[...document.querySelectorAll('ul.search li > a')].slice(0, 3).map(a => a.pathname).join(' ')")
                        .toString();
                if (!found.contains("/docs/" + page + ".html")) {
                    missed.add(question + ": " + found.replaceAll("\\S*/", ""));
                }
            });
            assertThat(missed).isEmpty();
        }
    }

    @Test
    void aPhoneInTheDarkReadsItWithoutScrollingSideways() {
        try (Chromium browser = browser(Chromium.with().size(360, 740).dark())) {
            for (String page : List.of("docs/README.html", "docs/configuration.html", "docs/error-codes.html")) {
                browser.open(site.resolve(page).toUri().toString());
                assertThat(script(
                                browser, "document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                        .as(page)
                        .isEqualTo(0L);
                assertThat(script(browser, "getComputedStyle(document.body).backgroundColor")
                                .toString())
                        .as(page)
                        .matches("rgb\\(([0-4]?[0-9]), ([0-4]?[0-9]), ([0-4]?[0-9])\\)");
                assertThat(script(browser, "faults").toString()).as(page).isEqualTo("[]");
            }
        }
    }
}
