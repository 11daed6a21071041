export {
  InstanceStatus,
  WatchChange,
  WatchedInstance,
  WatchSnapshot,
} from 'platform/registry-watch';
