package io.gatehouse.testkit.browser;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Capabilities;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;

/**
 * Debian's Chromium without a screen, with a profile, cookies and download folder of its own. One thread at a time.
 *
 * <p>It trusts no certificate but those that it is {@linkplain ChromiumOptions#trusting told to}. Its chromedriver is a
 * process of ours; both end with {@link #close}, or with this JVM.
 */
public final class Chromium implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

    private final OwnProcess process;
    private final DevToolsDriver driver;
    private final Path downloads;
    private final Set<Path> fetched = new HashSet<>();

    private Chromium(OwnProcess process, DevToolsDriver driver, Path downloads) {
        this.process = process;
        this.driver = driver;
        this.downloads = downloads;
    }

    /** Lets the test go on only if Chromium and its driver are installed. */
    public static void assume() {
        RequiredTools.assume("chromium", "chromedriver");
    }

    /** How the browser shall be; start it from there. */
    public static ChromiumOptions with() {
        return new ChromiumOptions();
    }

    static Chromium start(
            TestFolder folder,
            Capabilities capabilities,
            Path downloads,
            Optional<ClientCertificateStore> certificate) {
        List<String> driverCommand = List.of("chromedriver", "--port=0");
        OwnProcess process = OwnProcess.startServer(
                folder,
                certificate.map(ClientCertificateStore::environment).orElse(Map.of()),
                certificate.map(store -> store.command(driverCommand)).orElse(driverCommand));
        try {
            String port = Wait.first(START_LIMIT, () -> port(process))
                    .orElseThrow(() -> new ProcessException("no port: " + process.report()));
            URI address = URI.create("http://127.0.0.1:" + port);
            DevToolsDriver driver = new DevToolsDriver(address.toURL(), capabilities);
            driver.manage().timeouts().pageLoadTimeout(SOON).scriptTimeout(SOON);
            return new Chromium(process, driver, downloads);
        } catch (WebDriverException | MalformedURLException e) {
            ProcessException failure = new ProcessException("no browser: " + process.report(), e);
            process.close();
            throw failure;
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    private static Optional<String> port(OwnProcess process) {
        Matcher matcher = PORT.matcher(process.output());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** Selenium's view of the browser, for what has no method here. */
    public WebDriver driver() {
        return driver;
    }

    /** Carries out a method of the DevTools protocol in the current page. */
    public void tell(String method, Map<String, ?> parameters) {
        driver.tell(method, parameters);
    }

    /** Goes to an address and waits until the page is loaded. */
    public void open(String address) {
        driver.get(address);
    }

    /** The address in the address bar. */
    public String address() {
        return Optional.ofNullable(driver.getCurrentUrl()).orElse("");
    }

    /** What a user can read on the page. */
    public String text() {
        return element("body").getText();
    }

    /** The first element that a CSS selector finds; waits for one up to 20 seconds. */
    public WebElement element(String selector) {
        return Wait.first(SOON, () -> find(selector).stream().findFirst())
                .orElseThrow(() -> new NoSuchElementException("nothing is " + selector + " on " + address()));
    }

    /** All elements that a CSS selector finds now. */
    public List<WebElement> find(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** Puts text into a field, in place of what is there. */
    public void type(String selector, String text) {
        WebElement field = element(selector);
        field.clear();
        field.sendKeys(text);
    }

    /** Clicks what stays on the page, or fetches a file. A page that comes of it may be loading still afterwards. */
    public void click(String selector) {
        element(selector).click();
    }

    /**
     * Clicks what leads to another page, and waits until that page is loaded; up to 20 seconds. chromedriver does not
     * wait by itself for a form that the browser sends a moment after the click.
     */
    public void follow(String selector) {
        WebElement link = element(selector);
        double before = loaded().orElseThrow(() -> new AssertionError("not loaded: " + address()));
        link.click();
        if (!Wait.until(SOON, () -> loaded().filter(now -> now > before).isPresent())) {
            throw new AssertionError("no page came of " + selector + " on " + address() + ": " + text());
        }
    }

    /** When the document was asked for that is loaded now; nothing while one is on its way. */
    private Optional<Double> loaded() {
        try {
            return Optional.ofNullable(driver.executeScript(
                            "return document.readyState === 'complete' ? performance.timeOrigin : null"))
                    .map(origin -> ((Number) origin).doubleValue());
        } catch (WebDriverException e) {
            return Optional.empty(); // The document of the script has gone meanwhile.
        }
    }

    /** Waits until the address bar begins so; up to 20 seconds. */
    public void awaitAddress(String start) {
        if (!Wait.until(SOON, () -> address().startsWith(start))) {
            throw new AssertionError("the browser is at " + address() + " (expected " + start + "...): " + text());
        }
    }

    /** The next file that was downloaded as a whole and not asked for here yet; waits for it up to 20 seconds. */
    public Path awaitDownload() {
        Path file = Wait.first(SOON, this::newDownload)
                .orElseThrow(() -> new AssertionError("no download at " + address() + ": " + text()));
        fetched.add(file);
        return file;
    }

    private Optional<Path> newDownload() {
        try (Stream<Path> files = Files.list(downloads)) {
            // Unfinished ones are hidden, or end so.
            return files.filter(file -> !file.getFileName().toString().matches("\\..*|.*\\.crdownload"))
                    .filter(file -> !fetched.contains(file))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what the window shows now as PNG. */
    public void screenshot(Path file) {
        try {
            Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What axe-core finds wrong with the page by WCAG 2.2 A and AA and by its best practices, one line each. */
    public List<String> violations() {
        return Axe.violations(driver);
    }

    @Override
    public void close() {
        try {
            driver.quit();
        } catch (WebDriverException e) {
            // It has ended already, or is ended now.
        } finally {
            process.close();
        }
    }
}
