/**
 * What {@code gatehouse doctor} examines: the machine, names in DNS, certificates, what stands in front of the gateway,
 * and targets. Sign-in providers bring examinations of their own.
 */
@NullMarked
package io.gatehouse.dist.doctor;

import org.jspecify.annotations.NullMarked;
