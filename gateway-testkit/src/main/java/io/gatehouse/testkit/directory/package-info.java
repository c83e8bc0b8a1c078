/**
 * Real directory servers for tests: Samba as domain controller and as member, MIT Kerberos, OpenLDAP.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SharedSambaDomain SHARED = new SharedSambaDomain();   // skips the class where it cannot run
 *
 * @RegisterExtension
 * final TestFolder folder = new TestFolder();
 *
 * KerberosCache alice = SHARED.domain().client().kinit(SambaDomain.ALICE);
 * Command.of("curl", "--negotiate", "-u:", url).withEnvironment(alice.environment()).runOrThrow(folder);
 * }</pre>
 *
 * <p>Each has its data in a {@link io.gatehouse.testkit.process.TestFolder} and listens on ports or a loopback address
 * that nobody else uses, so tests of several JVMs may run at once. Nothing of the machine's own configuration is read
 * or changed: names are resolved by {@code nss_wrapper} for programs and by {@code -Djdk.net.hosts.file} or plain
 * addresses for Java.
 */
@NullMarked
package io.gatehouse.testkit.directory;

import org.jspecify.annotations.NullMarked;
