/**
 * A real identity provider for tests, Keycloak, and what its users have: passwords, and phones that show one-time
 * codes.
 *
 * <pre>{@code
 * Keycloak.assume();                                                      // before all
 * TestCertificates authority = TestCertificates.authority(folder, "Test CA");
 * Keycloak keycloak = Keycloak.start(folder, authority.certificate()); // one for all tests of a class: it takes ten
 * seconds
 *
 * KeycloakClient client = keycloak.register("portal", portal, "/callback", "/backchannel", "/signedout");
 * }</pre>
 *
 * <p>It is fetched from Maven Central by {@code mvn -N dependency:get@keycloak}, as {@code ./test} does, and listens on
 * loopback.
 */
@NullMarked
package io.gatehouse.testkit.identity;

import org.jspecify.annotations.NullMarked;
