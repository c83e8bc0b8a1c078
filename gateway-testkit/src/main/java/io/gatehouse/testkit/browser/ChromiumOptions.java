package io.gatehouse.testkit.browser;

import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.openqa.selenium.ImmutableCapabilities;

/** How a {@link Chromium} shall be. */
public final class ChromiumOptions {
    private final List<String> arguments = new ArrayList<>();
    private final List<String> trustedKeys = new ArrayList<>();
    private int width = 1280;
    private int height = 900;
    private boolean dark;
    private boolean scripts = true;
    private String languages = "en";
    private Optional<Function<TestFolder, ClientCertificateStore>> certificate = Optional.empty();

    ChromiumOptions() {}

    /** The page's size in CSS pixels; 1280 by 900 if not called. */
    public ChromiumOptions size(int width, int height) {
        this.width = width;
        this.height = height;
        return this;
    }

    /** The user prefers dark pages. */
    public ChromiumOptions dark() {
        dark = true;
        return this;
    }

    /** Pages cannot run scripts. */
    public ChromiumOptions withoutScripts() {
        scripts = false;
        return this;
    }

    /** What the user reads, best first: {@code "de,en"}; {@code "en"} if not called. */
    public ChromiumOptions languages(String languages) {
        this.languages = languages;
        return this;
    }

    /** Takes chains with this certificate's public key for good, whoever issued it and whatever host it names. */
    public ChromiumOptions trusting(Path certificate) {
        try (InputStream pem = Files.newInputStream(certificate)) {
            byte[] key = CertificateFactory.getInstance("X.509")
                    .generateCertificate(pem)
                    .getPublicKey()
                    .getEncoded();
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            trustedKeys.add(Base64.getEncoder().encodeToString(hash));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no certificate: " + certificate, e);
        }
    }

    /** The user has the certificate of a PKCS #12 file, which the browser shows to the site of {@code origin} only. */
    public ChromiumOptions certificate(Path pkcs12, String password, String origin) {
        certificate = Optional.of(folder -> ClientCertificateStore.of(folder, pkcs12, password, origin));
        return this;
    }

    /** More arguments of the program. */
    public ChromiumOptions argument(String argument) {
        arguments.add(argument);
        return this;
    }

    /** Starts the browser, with an empty page. */
    public Chromium start(TestFolder folder) {
        Path downloads = folder.freshFolder("downloads");
        Map<String, Object> chrome = Map.of(
                "binary",
                RequiredTools.find("chromium").orElseThrow().toString(),
                "args",
                arguments(folder.freshFolder("chromium")),
                "prefs",
                Map.of(
                        "download.default_directory",
                        downloads.toString(),
                        "download.prompt_for_download",
                        false,
                        "credentials_enable_service",
                        false));
        Chromium browser = Chromium.start(
                folder,
                new ImmutableCapabilities("goog:chromeOptions", chrome),
                downloads,
                certificate.map(store -> store.apply(folder)));
        try {
            emulate(browser);
            return browser;
        } catch (RuntimeException | Error e) {
            browser.close();
            throw e;
        }
    }

    private List<String> arguments(Path profile) {
        List<String> all = new ArrayList<>(List.of("--headless=new", "--user-data-dir=" + profile));
        all.addAll(List.of("--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server", "--no-first-run"));
        // Nothing that asks the network by itself.
        all.addAll(List.of("--disable-background-networking", "--disable-component-update", "--disable-sync"));
        all.add("--accept-lang=" + languages);
        all.add("--window-size=" + width + "," + height);
        if ("root".equals(System.getProperty("user.name"))) {
            all.add("--no-sandbox");
        }
        if (!trustedKeys.isEmpty()) {
            all.add("--ignore-certificate-errors-spki-list=" + String.join(",", trustedKeys));
        }
        all.addAll(arguments);
        return all;
    }

    /** What has no argument: a window cannot be as narrow as a phone, the rest belongs to the page. */
    private void emulate(Chromium browser) {
        browser.tell(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        String scheme = dark ? "dark" : "light";
        browser.tell(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        if (!scripts) {
            browser.tell("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        }
    }
}
