package io.gatehouse.dist.installed;

import io.gatehouse.testkit.browser.Chromium;
import io.gatehouse.testkit.identity.KeycloakUser;
import io.gatehouse.testkit.process.TestFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Somebody at the portal with Chromium, who knows nothing but what its pages show. */
final class PortalVisitor implements AutoCloseable {
    private final Chromium browser;
    private final String portal;

    private PortalVisitor(Chromium browser, String portal) {
        this.browser = browser;
        this.portal = portal;
    }

    /** Opens the portal of a gateway, with a browser that trusts its certificate. */
    static PortalVisitor at(InstalledGateway gateway, TestFolder folder) {
        Chromium browser = Chromium.with().trusting(gateway.certificate()).start(folder);
        PortalVisitor visitor = new PortalVisitor(browser, "https://localhost:" + gateway.port());
        try {
            visitor.open("/");
            return visitor;
        } catch (RuntimeException | Error e) {
            browser.close();
            throw e;
        }
    }

    /** Goes to a path of the portal. */
    void open(String path) {
        browser.open(portal + path);
    }

    /** What can be read on the page. */
    String text() {
        return browser.text();
    }

    /** Signs in with the portal's own form. */
    void signIn(String user, String password) {
        browser.type("#user", user);
        browser.type("#password", password);
        browser.follow("main button");
    }

    /** Signs in at Keycloak, and so at the portal. */
    void signInAtKeycloak(KeycloakUser user) {
        identifyAtKeycloak(user);
        browser.awaitAddress(portal + "/desktops");
    }

    /**
     * Signs in at Keycloak, with the code of the phone if the user has one, and comes back, whatever the portal says
     * then.
     */
    void identifyAtKeycloak(KeycloakUser user) {
        browser.click("a[href^='/signin/keycloak']");
        browser.awaitAddress("http://localhost:");
        browser.type("#username", user.name());
        browser.type("#password", user.password());
        browser.click("[type=submit]");
        if (user.otpSecret().isPresent()) {
            browser.type("#otp", user.code(Instant.now()));
            browser.click("[type=submit]");
        }
        browser.awaitAddress(portal);
    }

    /** Whether the portal asks who somebody is, when they want their desktops. */
    boolean isStranger() {
        open("/desktops");
        return browser.address().startsWith(portal + "/signin");
    }

    /** The titles of the desktops that are shown. */
    List<String> desktops() {
        open("/desktops");
        browser.awaitAddress(portal + "/desktops");
        return browser.find(".card h3").stream().map(card -> card.getText()).toList();
    }

    /** Downloads the file of a desktop that is shown. */
    Path connect(String name) {
        open("/desktops");
        browser.click("a[href='/connect/" + name + ".rdp']");
        return browser.awaitDownload();
    }

    /** Waits for a question on the page of approvals. */
    void awaitQuestion() {
        if (!browser.address().startsWith(portal + "/approve")) {
            open("/approve");
        }
        browser.element("article");
    }

    /** What can be answered to the question on the page, as the forms send it: numbers, or words. */
    List<String> replies() {
        awaitQuestion();
        return browser.find("article button[name='reply']").stream()
                .map(button -> String.valueOf(button.getDomAttribute("value")))
                .toList();
    }

    /** Answers the question on the page. */
    void reply(String reply) {
        awaitQuestion();
        browser.click("article button[value='" + reply + "']");
        browser.element(".done");
    }

    /** Signs out with the button that every page has. */
    void signOut() {
        open("/desktops");
        browser.click("form[action='/signout'] button");
        // The page, or the one to which Keycloak leads back: what is read of the first may be gone meanwhile.
        browser.awaitAddress(portal + "/sign");
    }

    /** Waits until the browser is at this path, which it was led to. */
    void awaitPath(String path) {
        browser.awaitAddress(portal + path);
    }

    @Override
    public void close() {
        browser.close();
    }
}
