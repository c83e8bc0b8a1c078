/**
 * A real browser for tests: headless Chromium with its own profile, as many users have it, and axe-core to look for
 * barriers.
 *
 * <pre>{@code
 * Chromium.assume();
 * try (Chromium browser = Chromium.with().size(390, 844).dark().trusting(gateway.certificate()).start(folder)) {
 *     browser.open("https://localhost:" + gateway.port() + "/");
 *     browser.type("[name=user]", "alice");
 *     browser.click("button[type=submit]");
 *     assertThat(browser.violations()).isEmpty();
 *     browser.screenshot(folder.fresh("portal.png"));
 *     browser.click("a[href='/connect/win11.rdp']");
 *     Path file = browser.awaitDownload();
 * }
 * }</pre>
 */
@NullMarked
package io.gatehouse.testkit.browser;

import org.jspecify.annotations.NullMarked;
